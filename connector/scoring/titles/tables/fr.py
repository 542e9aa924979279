"""French words of job titles. Data only; the notation stands in `notation`."""

from connector.scoring.titles.tables.notation import Table

TABLE = Table(
    language="French",
    ranks={
        "c_level general_management": """
            pdg, p dg, président(e) directeur général, président(e) directrice générale, président directeur
            directeur général, directrice générale, dir général(e), dir gén, dirigeant(e)(s) d'entreprise
            chef d'entreprise, cheffe d'entreprise, chef d entreprises, chefs d'entreprise
            directeur général délégué, directrice générale déléguée, directeur général exécutif, dg?""",
        "c_level general_management owner": """
            gérant(e)(s), co gérant(e), cogérant(e), fondateur, fondatrice, cofondateur, cofondatrice, co fondateur
            co fondatrice, propriétaire(s), entrepreneur, entrepreneuse, entrepreneure, auto entrepreneur
            autoentrepreneur, auto entrepreneuse, patron(ne), créateur d'entreprise, micro entrepreneur
            gérant de société, gérant majoritaire, chef de l'entreprise, commerçant(e), indépendant propriétaire
            associé fondateur, créatrice d'entreprise, repreneur d'entreprise, restaurateur, restauratrice, hôtelier""",
        "c_level general_management soft": """
            président(e)(s), prés, associé(e) gérant(e), administrateur délégué, administratrice déléguée
            administrateur général, dirigeant(e)(s), président du directoire, président du conseil
            vice président du conseil, directeur exécutif, directrice exécutive, directeur général adjoint
            directrice générale adjointe, dga?, délégué(e) général(e), chef de l'exécutif, maire
            président du conseil d'administration""",
        "vp": "vice président(e), viceprésident(e), vice présidence, vice prés",
        "director": """
            directeur(s), directrice(s), dir, dirct, directeur de département, directeur adjoint
            directrice adjointe, directeur délégué, directeur associé, directrice associée, sous directeur
            sous directrice, directeur de pôle, directrice de pôle, directeur de division""",
        "director general_management soft": """
            directeur régional, directrice régionale, directeur de site, directrice de site, directeur pays
            directeur de filiale, directrice de filiale, directeur de bu, directeur de business unit
            directeur d'établissement, directrice d'établissement, directeur du développement
            directrice du développement, directeur développement, directrice développement
            directeur de la stratégie, directrice de la stratégie, directeur stratégie, dgs?
            directeur général des services, directeur de centre, directrice de centre, directeur territorial
            directeur délégué général, directeur de zone, secrétaire général(e)""",
        "director finance": """
            daf, raf?, dafc, directeur administratif et financier, directrice administrative et financière
            directeur financier, directrice financière, directeur administratif financier, dir financier
            directeur comptable, directeur des comptes, fondé de pouvoir""",
        "director it": """
            dsi, rsi?, directeur des systèmes d'information, directrice des systèmes d'information
            directeur informatique, directrice informatique, directeur des si, directrice des si, dosi
            directeur du numérique, directrice du numérique, dsin, directeur technique informatique, rssi""",
        "director hr": """
            drh, directeur des ressources humaines, directrice des ressources humaines, directeur rh, directrice rh
            dhr, directeur des relations sociales, directeur du personnel""",
        "director sales": """
            directeur commercial, directrice commerciale, directeur des ventes, directrice des ventes
            dir commercial, dcm?, drv?, directeur régional des ventes, dir com, directeur clientèle
            directrice clientèle, directeur grands comptes, directeur de clientèle, directrice de clientèle
            directeur export, directrice export, directeur de magasin, directrice de magasin, directeur d'agence
            directrice d'agence, directeur des partenariats, directrice des partenariats""",
        "director marketing": """
            da?, dircom, directeur de la communication, directrice de la communication, directeur communication
            directrice communication, directeur éditorial, directrice éditoriale, directrice de la marque""",
        "director engineering": """
            directeur technique, directrice technique, dt?, directeur r&d, directrice r&d, directeur des études
            directeur de recherche, directrice de recherche, directeur innovation, directeur bureau d'études
            directeur qualité, directrice qualité, directeur produit, directrice produit""",
        "director operations": """
            directeur de projet medium, directrice de projet medium, directeur des opérations
            directrice des opérations, directeur de programme medium, directeur de projets medium
            directeur d'exploitation, directrice d'exploitation, directeur des services généraux""",
        "director production": """
            directeur d'usine, directrice d'usine, directeur industriel, directrice industrielle
            directeur de production, directeur supply chain, directeur logistique, directrice logistique""",
        "director purchasing": "directeur achats, directrice achats, directeur des achats, directrice des achats",
        "director legal": "directeur juridique, directrice juridique, directeur des affaires juridiques",
        "director other": """
            directeur d'école, directrice d'école, directrice d'ecole, proviseur(e), principal de collège
            directeur d'hôpital, directrice d'hôpital, doyen, directeur de crèche, directrice de crèche
            directeur de musée, directrice de l'école, inspecteur d'académie, directeur d'ehpad, doyenne
            directrice d'ehpad, directeur des soins, directrice des soins, chef d'établissement
            cheffe d'établissement, proviseur adjoint, directeur pédagogique, directrice pédagogique
            directeur de thèse, principal(e) adjoint(e), directeur de théâtre, directeur artistique
            directrice artistique, directeur de création, directeur de cabinet, directrice de cabinet""",
        "manager": """
            responsable(s), resp, respons, chef(s), cheffe(s), manageur, manageuse, encadrant(e), superviseur(e)
            chef d'équipe, cheffe d'équipe, chefs d'équipe, chef de service, cheffe de service, responsable d'équipe
            référent d'équipe, chef de groupe, cheffe de groupe, responsable de service, chef de secteur
            cheffe de secteur, responsable d'unité, animateur d'équipe, coordonnateur d'équipe
            gestionnaire d'équipe, chef de bureau, chef de section, responsable adjoint, responsable de pôle
            chef de pôle, chargé d'équipe, chef adjoint, responsable d'activité, gestionnaire principal
            capitaine d'équipe, chef d'unité, chef de cellule, animatrice d'équipe, gestionnaire supérieur
            chef du service, cheffe du service, chef de département, cheffe de département, chef de division
            responsable de département, responsable de division, chef du département, cheffe du département""",
        "manager operations": """
            chef de projet(s) medium, cheffe de projet(s) medium, responsable de projet(s) medium
            responsable projet(s) medium, chef projet medium, responsable d'exploitation, chef d'exploitation
            responsable exploitation, responsable service client, responsable service clients, cdp?, responsable sav
            responsable relation client, responsable d'affaires?, chargé d'affaires responsable
            responsable des opérations, chef de programme, responsable de programme, responsable de site
            responsable de centre, responsable services généraux, responsable qse, responsable qhse, responsable hse
            responsable sécurité, pilote de projet, chef d'escale, responsable de service client
            responsable centre d'appels, manager de projet""",
        "manager sales": """
            chef des ventes, cheffe des ventes, chef de vente(s), responsable de magasin, responsable magasin
            chef de rayon, cheffe de rayon, manager de rayon, manager rayon, chef de secteur commercial
            responsable de secteur, responsable secteur, chef de secteurs, responsable d'agence, chef d'agence
            cheffe d'agence, responsable commercial(e), chef de zone, responsable grands comptes
            responsable comptes clés, responsable clientèle, responsable de clientèle, responsable boutique
            responsable de boutique, responsable de compte(s), gestionnaire de comptes, chef de clientèle
            responsable point de vente, responsable de point de vente, gérant de magasin, responsable régional(e)
            animateur des ventes, animateur commercial, animatrice commerciale, animateur de réseau
            chargé de clientèle responsable, responsable export, responsable d'affaires, responsable ventes
            responsable de zone, chef de marché, responsable de marché, gestionnaire de compte, chef caissière
            responsable développement medium, responsable du développement medium""",
        "manager marketing": """
            chef de publicité, cheffe de publicité, responsable éditorial(e), chef de marque, responsable de marque
            responsable communication, responsable de la communication, responsable de communication
            resp communication, responsable marketing, responsable événementiel, responsable web, chef de gamme
            responsable presse, community manager, secrétaire de rédaction en chef, responsable digital
            chef d'édition, responsable e commerce, responsable relations presse, responsable partenariats""",
        "manager production": """
            chef d'atelier, cheffe d'atelier, responsable d'atelier, responsable atelier, agent de maîtrise
            chef de quai, responsable de production, chef de production, chef d'équipe production
            responsable logistique, responsable maintenance, responsable entrepôt, responsable d'entrepôt
            chef de ligne, responsable supply chain, chef de fabrication, responsable planning
            responsable magasinier, chef magasinier, chef mécanicien, responsable transport, responsable de dépôt
            chef de parc, chef de cour, chef de poste, responsable stock(s), responsable approvisionnement(s)
            conducteur de travaux, conductrice de travaux, chef de chantier, directeur de travaux, contremaître
            chef d'exploitation transport, responsable exploitation transport""",
        "manager it": """
            chef de projet informatique, chef de projet it, chef de projet si, cheffe de projet informatique
            responsable informatique, responsable systèmes et réseaux, chef de projet moa, chef de projet technique
            chef de projet digital, responsable si, responsable applicatif, chef de projet web
            responsable infrastructure(s), responsable technique informatique, responsable d'application
            responsable de domaine si""",
        "manager finance": """
            responsable comptable, chef comptable, cheffe comptable, responsable administratif et financier
            responsable administrative et financière, responsable comptabilité, responsable financier
            responsable financière, responsable contrôle de gestion, responsable de la comptabilité
            responsable du contrôle de gestion, responsable trésorerie, responsable crédit
            responsable de paie comptable, gestionnaire de portefeuille, responsable paie""",
        "manager hr": """
            responsable rh, responsable ressources humaines, responsable des ressources humaines
            responsable recrutement, responsable formation, responsable du personnel, chef du personnel
            responsable de formation, responsable du recrutement, rrh, responsable développement rh""",
        "manager purchasing": """
            responsable achats, responsable achat, responsable des achats, chef de groupe achats
            responsable approvisionnement et achats, responsable approvisionnements et achats""",
        "manager engineering": """
            responsable technique medium, responsable r&d, responsable bureau d'études, chef de laboratoire
            responsable laboratoire, chef de projet r&d, responsable de laboratoire, responsable be
            responsable d'études, chef de projet développement, responsable de recherche, responsable qualité
            technicien responsable qualité, chef de produit(s), cheffe de produit(s), responsable produit(s)
            responsable de produit(s)""",
        "manager legal": "responsable juridique, responsable conformité, responsable des affaires juridiques",
        "manager other": """
            cadre de santé, chef de cuisine, cheffe de cuisine, chef cuisinier, chef pâtissier
            responsable pédagogique, chef d'orchestre, responsable rse, responsable développement durable
            chef de clinique, responsable de crèche, infirmier coordinateur, infirmière coordinatrice
            responsable de structure, entraîneur principal, responsable hébergement, maître d'hôtel
            responsable de secteur aide à domicile, chef de salle, surveillant général, chef de la police, capitaine
            commandant, infirmière cadre, office manager, directeur d'hôtel, directrice d'hôtel, chef de réception
            directeur de restaurant, responsable de restaurant, gouvernante générale, responsable administratif
            responsable administrative, rédacteur en chef, rédactrice en chef, directeur de la rédaction
            directeur de la publication""",
        "c_level general_management seat": """
            membre du directoire, membre du conseil d'administration, membre du comité de direction, membre du comex
            membre du codir, comex, administrateur indépendant, administratrice indépendante, censeur
            conseil d'administration, membre du comité exécutif, membre du conseil de surveillance
            membre du conseil""",
        "manager general_management soft": "responsable de bu",
        "manager general_management": "responsable pays, country manager",
        "c_level general_management partner": "associé(e)(s)",
    },
    roles={
        "finance": """
            comptable(s), expert comptable, experte comptable, aide comptable, assistant(e) comptable
            assistante comptable, contrôleur de gestion, contrôleuse de gestion, contrôleur financier
            contrôleuse financière, auditeur, auditrice, commissaire aux comptes, trésorier, trésorière
            analyste financier, analyste financière, banquier, banquière, conseiller financier
            conseillère financière, courtier, courtière, actuaire, conseiller bancaire, conseillère bancaire
            gestionnaire de patrimoine, conseiller en gestion de patrimoine, cgp, conseillère en patrimoine
            conseiller patrimonial, collaborateur comptable, collaboratrice comptable, gestionnaire comptable
            fiscaliste, analyste crédit, souscripteur, souscriptrice, conseiller clientèle banque
            chargé de recouvrement, chargée de recouvrement, gestionnaire sinistres, gestionnaire de sinistres
            agent comptable, investisseur, investisseuse, trader, chargé d'affaires entreprises, agent de change
            percepteur, inspecteur des impôts, inspecteur des finances publiques, conseiller en investissement
            conseiller privé, banquier privé, business controller, contrôleur interne, agent des finances publiques
            gestionnaire de paie, gestionnaire paie, technicien paie, teneur de livres, conseillère clientèle banque""",
        "it": """
            développeur(s), développeuse(s), développeur web, informaticien(ne)(s), programmeur, programmeuse
            ingénieur informatique, ingénieur informaticien, ingénieur système(s), ingénieur réseau(x)
            ingénieur logiciel, ingénieur développement logiciel, ingénieur d'études et développement
            ingénieur études et développement, ingénieur d'étude et développement, administrateur système(s)
            administrateur réseau(x), technicien informatique, technicienne informatique
            administrateur systèmes et réseaux, administrateur de bases de données, architecte logiciel
            architecte si, analyste programmeur, analyste développeur, technicien support, technicienne support
            technicien réseau(x), technicien système(s), technicien helpdesk, consultant sap
            architecte informatique, webmestre, intégrateur web, intégrateur, ingénieur cloud, data scientist
            data analyst, analyste fonctionnel, analyste d'affaires, concepteur développeur
            conceptrice développeuse, administrateur technique, ingénieur concepteur développeur
            architecte technique, analyste de données, ingénieure logiciel, consultant si, ingénieur r&d logiciel
            consultant fonctionnel medium, moa, amoa, chargé d'exploitation informatique, exploitant informatique
            pilote d'exploitation, ingénieur devops, scientifique des données, technicien informaticien
            architecte solutions, ingénieur data, ingénieur données, architecte cloud, architecte data""",
        "marketing": """
            chargé de communication, chargée de communication, chargé(e) de la communication
            chargée de la communication, chargé(e) de marketing, attaché de presse, attachée de presse
            chargé(e) de projet marketing, chargé d'études marketing, animateur de communauté
            chargé de relations publiques, chargé d'édition, chargé de contenu, chargé d'événementiel, porte parole
            chargé de projet événementiel, chargé(e) des relations publiques, chargé de mission communication
            rédacteur web, rédactrice web, rédacteur, rédactrice, concepteur rédacteur, traffic manager
            chargé de projets événementiels, chargée de projets événementiels
            chargé(e) de projet(s) événementiel(s)""",
        "sales": """
            commercial(e), commerciaux, technico commercial(e), technicocommercial(e), technico commerciaux
            vendeur(s), vendeuse(s), attaché commercial, attachée commerciale, ingénieur commercial(e)
            ingénieure commerciale, ingénieur d'affaires, ingénieure d'affaires, ingénieur technico commercial
            délégué commercial, déléguée commerciale, délégué médical, déléguée médicale, délégué pharmaceutique
            visiteur médical, visiteuse médicale, conseiller commercial, conseillère commerciale
            conseiller de vente, conseillère de vente, vrp, chargé d'affaires, chargée d'affaires
            attaché technico commercial, agent commercial, agente commerciale, agent immobilier, agente immobilière
            négociateur immobilier, négociatrice immobilière, négociateur, négociatrice, conseiller immobilier
            conseillère immobilière, mandataire immobilier, représentant(e), représentant des ventes
            représentant commercial, télévendeur, télévendeuse, téléprospecteur, téléprospectrice, prospecteur
            conseiller vendeur, conseillère vendeuse, hôte de caisse, hôtesse de caisse, employé commercial
            employée commerciale, assistant(e) commercial(e), assistante commerciale, assistante des ventes
            assistant commercial, chargé de développement, chargée de développement
            chargé de développement commercial, chargé de compte(s), agent de voyage(s), conseiller voyage(s)
            conseillère en vente, promoteur des ventes, gestionnaire commercial, courtier immobilier
            inspecteur commercial, chef de secteur junior, conseiller en vente, employé libre service
            employée libre service, équipier de vente, marchand medium, attaché de clientèle, attachée de clientèle
            promoteur immobilier, antiquaire, apporteur d'affaires, business developer, agent d'assurance(s)
            agent général d'assurance(s), conseiller en assurance(s), conseiller assurance, caissier
            courtier en assurances, courtière en assurances, courtier en assurance, caissière, merchandiseur""",
        "operations": """
            chargé de projet(s) medium, chargée de projet(s) medium, coordinateur de projet(s) medium
            coordinatrice de projet(s) medium, téléconseiller, téléconseillère, chargé de relation client
            conseiller service client, conseillère relation client, agent d'exploitation
            coordonnateur de projet(s) medium, opérateur de saisie, agent de service client, rédacteur territorial
            attaché territorial, attachée territoriale, agent technique medium, préventeur, animateur qse
            animateur sécurité, chargé de sécurité, animateur hse, coordinateur sps, régisseur medium
            gestionnaire de projet medium, planificateur medium, conseiller client, chargé de clientèle
            chargée de clientèle, conseiller clientèle, conseillère clientèle, concierge medium
            gardien d'immeuble medium, assistant chef de projet, assistante chef de projet
            assistant chef de projets""",
        "hr": """
            recruteur(s), recruteuse, chargé de recrutement, chargée de recrutement, chargé(e) rh, chargée rh
            chargé de ressources humaines, chargé des ressources humaines, conseiller emploi
            conseiller en insertion, conseillère en insertion professionnelle, chargé de formation
            chargée de formation, gestionnaire rh, assistant(e) rh, assistante rh, assistante ressources humaines
            assistant ressources humaines, chasseur de têtes, conseiller en recrutement, consultant en recrutement
            consultante en recrutement, consultant recrutement, conseillère en insertion, conseiller rh
            conseiller en formation, délégué du personnel, conseillère emploi, chargé de mission rh
            chargée de mission rh, généraliste rh, conseiller ressources humaines""",
        "engineering": """
            ingénieur(e)(s) medium, ing medium, chercheur(s) medium, chercheuse(s) medium, technicien(ne)(s) weak
            dessinateur, dessinatrice, dessinateur projeteur, projeteur, ingénieur d'études, ingénieur de recherche
            ingénieur r&d, ingénieur conception, ingénieur mécanique, ingénieur électronique, ingénieur d'étude
            ingénieur procédés, chimiste, physicien(ne), biologiste medium, mathématicien(ne)
            statisticien(ne) medium, géologue, laborantin(e), technicien de laboratoire, technicienne de laboratoire
            métreur, géomètre, architecte(s) weak, bureau d'études, chargé d'études medium, chargée d'études medium
            ingénieur génie civil, ingénieur travaux medium, concepteur medium, conceptrice medium
            économiste de la construction, attaché de recherche clinique, arc?, enseignant chercheur
            enseignante chercheuse, chercheur associé, topographe, technicien d'études, technicien bureau d'études
            ingénieur essais, automaticien, électronicien, ingénieur produit, maître d'oeuvre, paysagiste weak
            dessinateur industriel, chargé de recherche, post doctorant(e), postdoctorant(e), contrôleur qualité
            technicien qualité, technicienne qualité, assistant qualité, assistante qualité, ingénieur qualité
            ingénieure qualité, technicien méthodes, technicienne méthodes, ingénieur méthodes
            ingénieur électricien""",
        "legal": """
            avocat(e)(s), juriste(s), notaire(s), clerc de notaire, huissier, huissière, huissier de justice
            magistrat(e), juge, procureur, assistant juridique, assistante juridique, conseiller juridique
            conseillère juridique, délégué à la protection des données, déontologue, greffier, greffière
            avocat à la cour, juriste d'entreprise, avocat collaborateur, mandataire judiciaire
            commissaire priseur medium, conseil en propriété industrielle, compliance officer
            commissaire de justice, chargé d'affaires réglementaires, chargée d'affaires réglementaires""",
        "purchasing": """
            acheteur(s), acheteuse(s), approvisionneur medium, approvisionneuse medium, acheteur projet
            assistant(e) achats, assistante achats, acheteur industriel, négociateur achats, assistant achat
            assistante achat, gestionnaire achats, chargé d'achats, acheteuse, gestionnaire des achats""",
        "production": """
            ouvrier(s), ouvrière(s), opérateur medium, opératrice medium, opérateur de production
            conducteur de ligne, conducteur, conductrice medium, chauffeur(s), chauffeuse, chauffeur livreur
            livreur, livreuse, chauffeur routier, chauffeur poids lourd, conducteur routier, cariste, magasinier
            magasinière, préparateur de commandes, préparatrice de commandes, manutentionnaire, mécanicien(ne)(s)
            électricien(ne), soudeur, soudeuse, plombier, menuisier, menuisière, maçon, peintre medium, couvreur
            charpentier, chaudronnier, tourneur, fraiseur, usineur, ajusteur, monteur medium, électromécanicien(ne)
            technicien de maintenance, technicienne de maintenance, agent de production, agent de fabrication
            agent logistique, agent de maintenance, logisticien(ne), affréteur, affréteuse, exploitant transport
            agent de transit, transitaire, déclarant en douane, ordonnanceur, gestionnaire de stock(s)
            ingénieur production, ingénieur logistique, coordinateur logistique, coordinatrice logistique
            assistant logistique, assistante logistique, agent de quai, conducteur de bus, chauffeur de taxi
            agent de planning, plaquiste, carreleur, serrurier, carrossier, tôlier, imprimeur, couturier, couturière
            ébéniste, chauffagiste, frigoriste, technicien frigoriste, grutier, conducteur d'engins, facteur
            factrice, agent sncf, conducteur de train, éboueur, artisan medium, régleur, outilleur, fondeur
            polisseur, emballeur, étancheur, façadier, gestionnaire logistique, technicien logistique, agent de tri
            planificateur de production, opérateur logistique, approvisionneur, coursier, technicien chauffage
            tisserand""",
        "general_management": "chargé de mission direction générale, conseiller du président, stratège medium",
        "other": """
            consultant(e)(s) weak, conseiller(s) weak, conseillère(s) weak, chargé(e)(s) weak
            chargé(e) de mission weak, agent(e)(s) weak, employé(e)(s) weak, salarié(e) weak, attaché(e) weak
            délégué(e) weak, spécialiste(s) weak, analyste(s) weak, expert(e)(s) weak, coordinateur weak
            coordinatrice weak, coordonnateur weak, coordonnatrice weak, gestionnaire(s) weak, collaborateur weak
            collaboratrice weak, cadre(s) weak, référent(e) weak, administrateur weak, administratrice weak
            animateur weak, animatrice weak, contrôleur weak, contrôleuse weak, inspecteur weak, inspectrice weak
            intervenant(e) weak, correspondant(e) weak, opérateur téléphonique weak, adjoint(e) weak
            collaborateur libéral, médecin(s), docteur weak, chirurgien(ne), infirmier(s), infirmière(s)
            aide soignant(e), aide soignante, sage femme, dentiste, chirurgien dentiste, pharmacien(ne)
            kinésithérapeute, masseur kinésithérapeute, kiné, ostéopathe, psychologue, psychiatre, psychothérapeute
            orthophoniste, ergothérapeute, vétérinaire, opticien(ne), préparateur en pharmacie
            préparatrice en pharmacie, auxiliaire de vie, auxiliaire de puériculture, manipulateur radio
            diététicien(ne), podologue, nutritionniste, thérapeute, sophrologue, naturopathe, interne en médecine
            cardiologue, pédiatre, radiologue, anesthésiste, généraliste, médecin généraliste, orthodontiste
            enseignant(e)(s), professeur(e)(s), prof, institutrice, instituteur, professeur des écoles
            maître de conférences, éducateur(s), éducatrice(s), éducateur spécialisé, éducatrice spécialisée
            éducateur sportif, éducatrice de jeunes enfants, animateur socioculturel, moniteur medium
            monitrice medium, moniteur éducateur, avs, aesh, cpe?, assistante maternelle, assistant(e) social(e)
            assistante sociale, assistant social, assistant d'éducation, surveillant(e) medium, atsem, nounou
            nourrice, travailleur social, bibliothécaire, documentaliste, archiviste, traducteur, traductrice
            interprète, journaliste(s), reporter, auteur(e), écrivain(e), artiste(s), musicien(ne), comédien(ne)
            acteur, actrice, chanteur, chanteuse, danseur, danseuse, réalisateur, réalisatrice, metteur en scène
            scénariste, producteur weak, productrice weak, peintre artiste, sculpteur, cuisinier(s), cuisinière(s)
            serveur medium, serveuse, barman, barmaid, boulanger, boulangère, pâtissier, pâtissière, boucher
            bouchère, traiteur, commis de cuisine, sommelier, coiffeur, coiffeuse, esthéticienne, esthéticien
            réceptionniste, femme de chambre, femme de ménage, aide à domicile, aide ménagère, mère au foyer
            homme au foyer, chef de rang, agriculteur, agricultrice, exploitant agricole, viticulteur, viticultrice
            vigneron(ne), éleveur, éleveuse, jardinier, jardinière, maraîcher, ouvrier agricole, fleuriste, policier
            policière, gendarme, pompier, sapeur pompier, militaire, officier weak, soldat, agent de sécurité
            gardien(ne), fonctionnaire, député(e), sénateur, sénatrice, conseiller municipal, conseillère municipale
            adjoint au maire, adjointe au maire, élu(e), diplomate, ambassadeur weak, prêtre, pasteur, bénévole(s)
            militant(e), pilote de ligne, pilote medium, hôtesse de l'air, steward, personnel navigant commercial
            sportif, sportive, coach weak, entraîneur, entraîneuse, arbitre, guide, accompagnateur weak
            demandeur d'emploi, demandeuse d'emploi, en recherche d'emploi, à la recherche d'un emploi
            recherche emploi, sans emploi, chômeur, chômeuse, sans profession, sans, en recherche, freelance weak
            indépendant(e) weak, profession libérale weak, libéral(e) weak, travailleur indépendant weak
            architecte d'intérieur, décorateur, décoratrice, bijoutier, bijoutière, urbaniste, historien(ne)
            sociologue, économiste medium, philosophe, géographe, environnementaliste, écologue
            consultant en environnement, styliste modéliste, toiletteur, artisan taxi, formateur sportif
            professeur de yoga, personal trainer, prothésiste dentaire, secrétaire médicale, assistant dentaire
            assistante dentaire, assistante médicale, assistante vétérinaire, brancardier, sapeur, adjudant, sergent
            lieutenant, brigadier, surveillant pénitentiaire, conférencier, conférencière, modèle weak, mannequin
            agent d'accueil medium, assistant(e) administratif weak, assistante administrative weak
            agent administratif weak, agente administrative weak, employé administratif weak
            employée administrative weak, gestionnaire administratif weak, secrétaire administrative weak
            hôtesse d'accueil medium, hôte d'accueil medium, standardiste medium, assistant administratif weak
            gestionnaire back office, adjoint administratif weak, adjointe administrative weak
            agent d'entretien medium, agent de propreté medium, technicien de surface medium, graphiste(s)
            infographiste, photographe, vidéaste, monteur vidéo, maquettiste, illustrateur, illustratrice
            motion designer, cadreur, décorateur étalagiste, styliste medium, secrétaire de rédaction, webdesigner
            formateur(s) weak, formatrice(s) weak, second de cuisine, chef de partie, gouvernante
            intermittent du spectacle, à l'écoute du marché, à l'écoute d'opportunités, en recherche active
            en veille, ambulancier""",
    },
    fields={
        "finance": """
            financ*, comptab*, comptes medium, trésorerie, fiscal*, contrôle de gestion, banque, bancaire, crédit(s)
            audit, assurance(s) medium, patrimoine medium, investissement(s), recouvrement, facturation
            gestion weak, gestion financière, budget*, risque(s) medium, consolidation, fusions acquisitions
            patrimonial medium, compta, impôts, paie et comptabilité, administratif et financier
            administrative et financière, affaires financières, placements, épargne, sinistres medium, économie weak
            coûts medium, marchés financiers, paie, paye, paies""",
        "it": """
            informatique(s), logiciel(s), systèmes d'information, système d'information, si, numérique(s) medium
            réseau(x) medium, systèmes medium, système medium, web medium, internet medium, base de données
            bases de données, données medium, cybersécurité, télécom* medium, développement informatique
            applications medium, applicatif medium, développement web, sécurité informatique
            sécurité des systèmes d'information, intelligence artificielle, data medium, transformation digitale
            transformation numérique, technologies medium, infrastructure(s) medium, technologie medium, infogérance
            systèmes et réseaux, support informatique, études et développement, nouvelles technologies, tic
            développement logiciel""",
        "marketing": """
            market*, communication(s), com medium, publicit*, presse medium, événementiel* medium
            évènementiel* medium, média(s) medium, rédaction medium, éditorial(e) medium, édition medium
            relations publiques, relations presse, produit(s) weak, digital(e) weak, marque(s) medium, webmarketing
            contenu(s) medium, création weak, graphisme, e commerce medium, mécénat medium, artistique medium
            promotion medium, design weak, relations extérieures medium, affaires publiques medium, réseaux sociaux
            événements medium, partenariats medium, études de marché, acquisition medium, image weak
            audiovisuel medium""",
        "sales": """
            vente(s), commercial(e), commerciaux, commerciales, clientèle medium, clients weak, client weak
            grands comptes, comptes clés, export medium, développement commercial, développement des affaires
            développement d'affaires, distribution weak, magasin weak, boutique medium, immobilier weak
            immobilière weak, secteur weak, agence weak, grande distribution medium, b to b weak, avant vente
            avant ventes, administration des ventes, adv, commerce, point de vente medium, détail medium
            négoce medium, grands comptes clients, compte medium, force de vente, marché weak, marchés weak
            appels d'offres medium, prospection, action commerciale, affaires weak, partenaires medium
            réseau de distribution medium, franchise(s) medium""",
        "operations": """
            opération(s) medium, opérationnel(le) weak, projet(s) weak, service client medium
            service clients medium, sav medium, exploitation medium, organisation weak, services généraux medium
            moyens généraux medium, sécurité weak, hse medium, qhse medium, qse medium, processus medium
            programme(s) weak, service weak, services weak, après vente medium, amélioration continue medium
            prévention weak, travaux weak, chantier(s) weak, performance weak, planification weak
            conduite du changement medium, excellence opérationnelle medium, transformation medium, support weak
            centre d'appels medium, affaires générales medium, maintenance des bâtiments medium, bâtiment(s) weak
            gestion de projet(s) medium, secrétariat weak, sûreté weak, qualité de vie weak, centre d'appel medium
            expérience client medium, relation clients medium, relation client medium, relations clients medium
            relation clientèle medium""",
        "hr": """
            ressources humaines, rh, recrutement, formation medium, personnel medium, emploi medium
            carrières medium, compétences medium, talents medium, relations sociales medium, affaires sociales weak
            développement rh, insertion professionnelle medium, gpec, social weak, marque employeur, rémunération
            développement des compétences, mobilité weak, relations humaines, gestion du personnel, dialogue social
            qvt, ressource humaine, administration du personnel""",
        "engineering": """
            r&d, recherche, recherche et développement, ingénierie medium, technique(s) weak, études medium
            étude medium, développement weak, conception medium, mécanique medium, électrique medium
            électronique medium, innovation(s) medium, laboratoire(s) medium, scientifique medium, sciences medium
            génie civil medium, bureau d'études medium, be?, électricité weak, automatisme(s) medium, essais medium
            chimie medium, matériaux weak, aéronautique weak, énergie(s) weak, hydraulique weak, structure(s) weak
            validation weak, thermique medium, optique weak, mécatronique medium, recherche clinique medium
            méthodes medium, développement produit(s) medium, procédés medium, calcul medium, qualité medium
            assurance qualité, contrôle qualité, projets industriels medium""",
        "legal": """
            juridique(s), droit, contentieux, conformité medium, protection des données, propriété intellectuelle
            contrats medium, affaires juridiques, réglementation medium, réglementaire weak, propriété industrielle
            éthique weak, rgpd, judiciaire medium, notarial(e), gouvernance weak, marchés publics medium
            assurances et juridique, affaires réglementaires medium""",
        "purchasing": """
            achat(s), approvisionnement(s) medium, appro(s) medium, sourcing, fournisseurs medium
            acquisitions fournitures, commande publique medium""",
        "production": """
            production, fabrication, logistique(s), transport(s) medium, maintenance medium, usine medium
            industriel(le)(s) medium, atelier medium, entrepôt, stock(s) medium, supply chain
            approvisionnement et logistique, expédition(s), livraison(s), assemblage, emballage, montage medium
            ordonnancement, planning medium, douane(s) medium, industrialisation, plateforme logistique, ligne weak
            machines weak, magasin central, parc weak, travaux neufs medium, flux medium, fret, matériel medium
            conditionnement medium, outillage, flotte medium, usinage, soudage, imprimerie medium, réparation medium
            manutention, réception weak, dépôt medium, exploitation transport, amélioration continue industrielle
            imports medium, import medium""",
        "general_management": """
            stratégie medium, générale weak, général weak, filiale weak, business unit weak
            développement stratégique medium, régional(e) weak""",
        "other": """
            santé weak, médical(e) weak, hôpital weak, hospitalier weak, soins medium, école weak
            pédagogique medium, université weak, enseignement medium, éducation medium, éducatif medium
            environnement weak, rse medium, développement durable medium, culturel(le) medium, culture weak
            tourisme weak, restauration weak, hôtellerie weak, cuisine medium, agricole medium, sport weak
            sportif weak, associatif weak, association weak, jeunesse medium, enfance medium, petite enfance medium
            musique medium, théâtre medium, art(s) weak, bibliothèque medium, musée weak, mairie weak
            collectivité(s) weak, espaces verts medium, urbanisme medium, logement weak, habitat weak
            animation weak, vie scolaire medium, scolaire medium, solidarité weak, conseil weak
            immobilier patrimoine weak, patrimoine culturel, police municipale medium, défense weak, paysage weak
            vie associative medium, loisirs medium, bien être weak, administrati* weak, administration weak
            accueil weak, back office weak, bureau weak""",
    },
    bodies={
        "c_level general_management soft": "direction générale, comité de direction, comité exécutif, codir",
        "director": "direction",
        "manager": "encadrement, responsabilité",
    },
    marks={
        "assistant": """
            assistant(e)(s), assistant(e) de direction, assistante de direction, secrétaire(s)
            secrétaire de direction, assistant de gestion, assistante de gestion, assist, assistante du
            assistante personnelle, office assistant, assistante polyvalente, secrétaire comptable
            secrétaire assistante, attaché de direction, attachée de direction""",
        "past": """
            ancien(ne)(s), retraité(e)(s), en retraite, à la retraite, ex, anciennement, honoraire, retraite, feu
            préretraité(e), jeune retraité(e)""",
        "now": "actuellement, maintenant, désormais, aujourd'hui",
        "junior": """
            stagiaire(s), stage, en stage, alternant(e)(s), en alternance, alternance, apprenti(e)(s)
            doctorant(e)(s), apprentissage, contrat de professionnalisation, jeune diplômé(e), futur(e)
            diplômé(e) weak, en formation, en reconversion, volontaire service civique, service civique, candidat(e)""",
        "deputy": "adjoint(e), délégué(e), suppléant(e), par intérim, intérimaire, vice, de transition",
        "prep": "de, du, des, d, à, au, aux, pour, en, dans, sur, auprès, par, avec, chargé de, chargée de, sous",
        "article": "le, la, les, l, un, une, mon, ma, notre, nos",
        "and": "et, ou",
        "cut": "chez",
        "noise": """
            senior, sénior, junior, confirmé(e), principal(e), national(e), nationale, international(e), nationaux
            internationaux, france, groupe, europe, afrique, sud, nord, est, ouest, île, idf, paris, lyon, monde
            suisse, belgique, québec, maroc, temps, plein, partiel, cdi, cdd, pôle, département, société, entreprise
            entreprises, équipe, équipes, territoire, interne, externe, diplomé, diplômée d'état, dplg, d'état
            polyvalent(e), spécialisé(e), opérationnels, multi, site(s), métier(s), transverse, maison, public(s)
            publique(s), professionnel(le), certifié(e), agréé(e), agrégé(e), libre, haute, grand(e)(s), région
            départemental(e), local(e), central(e), dom, tom, hors, classe, catégorie""",
        "pupil": "étudiant(e)(s), élève(s), lycéen(ne), élève ingénieur, étudiante infirmière",
        "member": "membre(s)",
    },
)
