"""Dutch words of job titles. Data only; the notation stands in `notation`."""

from connector.scoring.titles.tables.notation import Table

TABLE = Table(
    language="Dutch",
    ranks={
        "c_level general_management": """
            algemeen directeur, algemene directeur, algemeen directrice, directeur eigenaar
            directeur grootaandeelhouder, dga, directeur bestuurder, hoofddirecteur, alg directeur, topman
            groepsdirecteur, statutair directeur, directievoorzitter, voorzitter directie
            voorzitter van de directie, gedelegeerd bestuurder, voorzitter directiecomité
            voorzitter raad van bestuur""",
        "c_level general_management owner": """
            eigenaar, eigenares, mede eigenaar, medeeigenaar, eigenaresse, oprichter, oprichtster, mede oprichter
            medeoprichter, ondernemer, onderneemster, zaakvoerder, zaakvoerster, zelfstandig ondernemer
            bedrijfsleider eigenaar, mede oprichtster, praktijkhouder, praktijkeigenaar, beherend vennoot, firmant
            winkeleigenaar, co zaakvoerder, bedrijfseigenaar, stichter, medezaakvoerder, eigen baas
            horecaondernemer, dga eigenaar, eigen zaak, eigenaar bestuurder, uitbater, uitbaatster, restauranthouder
            zaakvoerder vennoot""",
        "c_level general_management soft": """
            -bestuurder weak, bestuurder, -bestuursvoorzitter, voorzitter, mededirecteur
            voorzitter raad van toezicht, secretaris generaal, burgemeester, voorzitter bestuur, managing partner
            penningmeester bestuur, adjunct algemeen directeur, directie en eigenaar, wethouder, gedeputeerde
            voorzitter college van bestuur, lid college van bestuur, secretaris directeur""",
        "vp": "vice president, vicepresident, vice voorzitter directie",
        "director": """
            -directeur, -directrice, -hoofd, dir, hoofd van, hoofd van de afdeling, hoofd afdeling
            adjunct directeur, adjunctdirecteur, onderdirecteur, sectordirecteur, divisiedirecteur
            departementshoofd, clusterdirecteur, programmadirecteur medium, projectdirecteur medium, directeur a i
            plv directeur, divisiehoofd""",
        "director general_management soft": """
            vestigingsdirecteur, regiodirecteur, landendirecteur, landdirecteur, unitdirecteur, gemeentesecretaris
            directiesecretaris, bestuurssecretaris, directeur strategie, strategisch directeur
            regiomanager directeur, filiaaldirecteur, gebiedsdirecteur, hoofd strategie, business unit directeur
            bedrijfsdirecteur, algemeen manager, vestigingshoofd""",
        "director other": """
            schooldirecteur, directeur basisschool, schoolhoofd, museumdirecteur, directeur onderwijs, zorgdirecteur
            locatiedirecteur, decaan, medisch directeur, verpleegkundig directeur, directeur zorg
            artistiek directeur, conrector, hoofd verpleging, rector, creatief directeur""",
        "director finance": """
            financieel directeur, directeur financiën, hoofd financiën, hoofd boekhouding
            financieel administratief directeur""",
        "director sales": """
            commercieel directeur, verkoopdirecteur, sales directeur, directeur verkoop
            adjunct commercieel directeur, hoofd verkoop""",
        "director engineering": """
            technisch directeur, hoofd techniek, hoofdingenieur directeur, directeur techniek
            hoofd technische dienst""",
        "director operations": """
            operationeel directeur, directeur operaties, directeur operations, directeur bedrijfsvoering""",
        "director hr": "personeelsdirecteur, hoofd p&o, hoofd personeelszaken, hoofd hrm, directeur p&o",
        "director marketing": "hoofd communicatie",
        "manager": """
            -manager, -managers, -leider, -leidinggevende, leidinggevend, -teamleider, teamleidster
            -coördinator leiding, chef, -chef, -baas, voorvrouw, supervisor, teamhoofd, teamverantwoordelijke
            -verantwoordelijke, -verantwoordelijk, afdelingsleider, afdelingsmanager, afdelingschef, unitleider
            unitmanager, clustermanager, teamcoach leiding, meewerkend voorman, ploegverantwoordelijke, leider
            leidster weak, dienstleider, sectiehoofd, subhoofd, teamchef, teammanager, lijnmanager, adjunct manager
            groepschef, squad leider, ploegchef, assistent leidinggevende, sectormanager, kwartiermaker
            -afdelingshoofd, sectorhoofd, diensthoofd, clusterhoofd""",
        "manager operations": """
            -projectleider medium, projectleidster medium, -projectmanager medium, programmamanager medium
            programmaleider medium, kantoormanager, vestigingsmanager, vestigingsleider, bedrijfsleider
            bedrijfsleidster, bedrijfsmanager, locatiemanager, operationeel manager, operations manager
            klantenservice manager, teamleider klantenservice, servicemanager, facilitair manager, facility manager
            projectverantwoordelijke medium, kantoordirecteur, kantoorverantwoordelijke, teamleider klantcontact
            rayonleider, objectleider, preventiecoördinator, parkmanager, projektleider medium, gebouwbeheerder
            bedrijfscoördinator, procesmanager, contactcenter manager, hoofd facilitair, vastgoedmanager""",
        "manager sales": """
            -accountmanager, accountmanager, relatiemanager, -verkoopleider, verkoopmanager, commercieel manager
            filiaalmanager, filiaalleider, -winkelmanager, winkelleider, winkelverantwoordelijke, rayonmanager
            gebiedsmanager, regiomanager, filiaalhouder, filiaalverantwoordelijke, kantoordirecteur bank
            salesmanager, sales manager, assistent bedrijfsleider, assistent filiaalmanager, shopmanager
            storemanager, clubmanager, verkoopverantwoordelijke, exportmanager, regioverantwoordelijke, verkoopchef
            commercieel verantwoordelijke, accountverantwoordelijke, supermarktmanager, verkoopsleider, gerant
            gérant winkel, business manager, chef verkoop, salesverantwoordelijke, bedrijfsleider supermarkt
            bedrijfsleider winkel""",
        "manager marketing": """
            merkmanager, marketingmanager, communicatiemanager, marketing en communicatie manager, eventmanager
            campagnemanager, eindredacteur, marketingverantwoordelijke, communicatieverantwoordelijke
            evenementenmanager, contentmanager, redactiechef, chef redactie""",
        "manager production": """
            -productieleider, productiemanager, magazijnchef, magazijnmanager, magazijnbeheerder
            magazijnverantwoordelijke, logistiek manager, -werkplaatschef, werkvoorbereider chef, werkmeester
            werkmeister, plantmanager, bedrijfsleider productie, transportmanager, wagenparkbeheerder
            warehousemanager, meestergast, werfmeester, productieverantwoordelijke, teamleider productie
            teamleider magazijn, ploegleider productie, garagehouder, onderhoudsmanager, atelierverantwoordelijke
            logistiek verantwoordelijke, chef werkplaats, chef magazijn, planningsmanager, ketenmanager, -uitvoerder
            werfleider, werfverantwoordelijke, hoofduitvoerder, ploegleider, ploegbaas, voorman""",
        "manager it": """
            ict manager, it manager, applicatiemanager, informatiemanager, it verantwoordelijke, ict coördinator
            ict verantwoordelijke, it projectleider, it projectmanager, ict projectleider, systeemverantwoordelijke""",
        "manager finance": """
            financieel manager, administratief manager, hoofdboekhouder, relatiebeheerder bank, fondsmanager
            portefeuillebeheerder, manager financiën, vermogensbeheerder, teamleider administratie
            financieel verantwoordelijke""",
        "manager hr": """
            personeelsmanager, personeelsverantwoordelijke, hr manager, hrm manager, p&o manager, manager p&o
            personeelschef, hr verantwoordelijke, opleidingsmanager""",
        "manager purchasing": """
            inkoopmanager, aankoopverantwoordelijke, aankoper verantwoordelijke, inkoopleider, hoofd inkoper
            aankoopmanager, categoriemanager""",
        "manager engineering": """
            technisch manager, labmanager, laboratoriummanager, hoofdingenieur, onderzoeksleider, ontwikkelmanager
            technisch verantwoordelijke, innovatiemanager, kwaliteitsmanager, kwaliteitsverantwoordelijke
            -productmanager, productverantwoordelijke""",
        "manager legal": "contractmanager, juridisch manager, compliance manager",
        "manager other": """
            chef kok, chefkok, keukenchef, souschef, sous chef, zorgmanager, locatiehoofd, afdelingshoofd verpleging
            hoofdverpleegkundige, teamleider zorg, praktijkmanager, zorgcoördinator, onderwijsmanager
            teamleider onderwijs, hoofdtrainer, opleidingscoördinator, unitleider onderwijs, brandweercommandant
            brigadechef, inspecteur van politie, kapitein, hoofd keuken, officemanager, hoofd receptie, hotelmanager
            hotelmanagers, restaurantmanager, horecamanager, hoofdredacteur, groepsleider
            locatiemanager kinderopvang""",
        "c_level general_management seat": """
            bestuurslid, lid van de directie, directielid, lid directie, commissaris, lid raad van commissarissen
            lid rvb, lid rvc, lid raad van toezicht, toezichthouder, lid directieteam, lid raad van bestuur
            lid van de raad van bestuur, raad van bestuur, lid managementteam, mt lid, lid mt""",
        "c_level general_management partner": "vennoot, aandeelhouder",
    },
    roles={
        "finance": """
            -boekhouder, -boekhoudster, accountant, -accountant, registeraccountant, assistent accountant
            -controller, administrateur medium, financieel administrateur, financieel medewerker
            financieel adviseur, financieel analist, belastingadviseur, fiscalist, belastingconsulent
            hypotheekadviseur, bankier, actuaris, auditor, revisor, bedrijfsrevisor, kredietanalist
            kredietbeheerder, debiteurenbeheerder, penningmeester, acceptant, schadebehandelaar, schade expert
            schaderegelaar, relatiebeheerder, belegger, investeerder, administratief medewerker financiën
            financieel administratief medewerker, crediteurenadministrateur, medewerker financiële administratie
            vermogensadviseur, beleggingsadviseur, bankbediende, financieel planner, hulpboekhouder
            dossierbeheerder accountancy, medewerker boekhouding, boekhoudkundig medewerker, salarisadministrateur
            loonadministrateur, payroll medewerker, payroll consultant, payrollmedewerker, bedrijfseconoom
            administratief medewerker boekhouding, verzekeringsadviseur schade""",
        "it": """
            -ontwikkelaar medium, softwareontwikkelaar, -programmeur, systeembeheerder, -netwerkbeheerder
            applicatiebeheerder, functioneel beheerder, technisch beheerder, informaticus, -systeemanalist
            informatieanalist, -databasebeheerder, webontwikkelaar, software engineer, it consultant, ict medewerker
            ict beheerder, it beheerder, it specialist, systeemontwikkelaar, systeemengineer, webbouwer, -webmaster
            functioneel analist, functioneel applicatiebeheerder, data analist, helpdeskmedewerker medium
            servicedeskmedewerker medium, ict specialist, tester, -architect it, systeemspecialist
            netwerkspecialist, ict consultant, applicatieontwikkelaar, informatiearchitect, business analist
            enterprise architect, it er, ict er, ict adviseur, informatiebeveiliger, data engineer
            databeheerder medium, werkplekbeheerder""",
        "marketing": """
            tekstschrijver, communicatieadviseur, communicatiemedewerker, marketeer, -marketeer, marketingmedewerker
            woordvoerder, persvoorlichter, voorlichter, communicatiespecialist, contentspecialist
            marketingspecialist, eventplanner, evenementenorganisator, dtp er, reclamemaker, productspecialist
            communicatiedeskundige, mediaplanner, conceptontwikkelaar, marktonderzoeker
            communicatieverantwoordelijke junior, etaleur""",
        "sales": """
            -verkoper, verkoopster, -vertegenwoordiger, vertegenwoordigster, verkoopmedewerker, -verkoopadviseur
            verkoopmedewerkster, winkelmedewerker, winkelbediende, -verkoper binnendienst, commercieel medewerker
            commercieel medewerker binnendienst, commercieel bediende, commercieel afgevaardigde, makelaar
            -makelaar medium, vastgoedmakelaar, accountmanager junior, binnendienstmedewerker
            buitendienstmedewerker, verkoopspecialist, verkoopassistent, winkelier, handelaar, -handelaar
            kassamedewerker, caissière, kassière, reisadviseur, klantadviseur, klantenadviseur, commercieel adviseur
            sales medewerker, verkoopconsulent, medewerker verkoop, commercieel binnendienst
            commercieel technisch medewerker, autoverkoper, immo makelaar, artsenbezoeker, verkoopbediende
            standhouder, handelsvertegenwoordiger, telefonisch verkoper, telemarketeer, commercieel technicus
            technisch commercieel, technisch commercieel medewerker, sales engineer, adviseur verkoop, winkelhulp
            accountbeheerder, commercieel vertegenwoordiger, afgevaardigde medium, verzekeringsadviseur
            verzekeringsmakelaar, assurantieadviseur, kantoorhouder verzekeringen, dossierbeheerder verzekeringen
            kassier""",
        "operations": """
            -projectmedewerker medium, projectassistent medium, projectcoördinator medium, klantenservice medewerker
            klantenservicemedewerker, medewerker klantenservice, facilitair medewerker, preventieadviseur
            veiligheidskundige, -planner medium, callcenter medewerker, callcenteragent, kantoormedewerker
            medewerker klantcontact, klantcontact medewerker, dossierbeheerder weak, procescoördinator, werkplanner
            helpdesk medewerker, vastgoedbeheerder, syndicus, medewerker bedrijfsbureau, management ondersteuner
            medewerker servicedesk, servicemedewerker, service coördinator, servicecoördinator, portier
            huismeester medium, conciërge medium""",
        "hr": """
            -recruiter, personeelsadviseur, hr adviseur, p&o adviseur, personeelsfunctionaris, personeelsconsulent
            hr medewerker, personeelsmedewerker, intercedent(e), arbeidsbemiddelaar, loopbaancoach
            loopbaanbegeleider, -trainer medium, opleider medium, hrm adviseur, hr consulent, jobcoach
            uitzendconsulent, loopbaanadviseur, hr functionaris, werving en selectie adviseur
            dossierbeheerder sociaal secretariaat, opleidingsadviseur, hrm medewerker""",
        "engineering": """
            -ingenieur medium, -onderzoeker, -tekenaar, constructeur, -constructeur, wetenschapper, laborant(e)
            -analist weak, scheikundige, natuurkundige, bioloog, biologe, wiskundige, landmeter, architecte weak
            -technicus medium, techniekers medium, -technieker medium, werktuigbouwkundige
            werktuigbouwkundig ingenieur, werktuigkundig ingenieur, elektrotechnisch ingenieur, civiel ingenieur
            burgerlijk ingenieur, industrieel ingenieur, chemisch analist, procestechnoloog, procesingenieur
            calculator, -ontwikkelingsingenieur, proces engineer, bouwkundige, bouwkundig tekenaar, projectingenieur
            productontwikkelaar, productontwerper, chemicus, geoloog, universitair onderzoeker
            postdoctoraal onderzoeker, technoloog, biotechnoloog, elektrotechnicus, stedenbouwkundige weak
            cad tekenaar, studie ingenieur, energieadviseur medium, ontwerpingenieur, hardware engineer
            research medewerker, laboratoriummedewerker, epb verslaggever, bouwkundig medewerker
            bouwkundig ingenieur, industrieel ontwerper, biochemicus, kwaliteitscontroleur, kwaliteitsmedewerker
            kwaliteitsinspecteur, kwaliteitstechnicus, architect weak""",
        "legal": """
            advocaat, -advocaat, advocate, -jurist, -juriste, notaris, kandidaat notaris, rechter, bedrijfsjurist
            juridisch medewerker, juridisch adviseur, deurwaarder, gerechtsdeurwaarder, griffier
            officier van justitie, functionaris gegevensbescherming, compliance officer, paralegal
            advocaat stagiair, notarieel medewerker, juridisch secretaresse, mediator weak, juridisch consulent
            octrooigemachtigde, bedrijfsjuriste, procureur, magistraat, notarisklerk""",
        "purchasing": """
            -inkoper, -inkoopster, aankoper, aankoopster, strategisch inkoper, inkoopmedewerker
            operationeel inkoper, aankoopmedewerker, inkoopassistent, inkoopadviseur, medewerker inkoop
            aankoopbediende, inkoopspecialist""",
        "production": """
            -chauffeur, vrachtwagenchauffeur, -monteur, -lasser, -elektricien, -loodgieter, -timmerman
            -schilder medium, magazijnier, magazijnmedewerker, heftruckchauffeur, -operator medium
            productiemedewerker, procesoperator, productieoperator, -arbeider medium, -arbeidster, fabrieksarbeider
            logistiek medewerker, orderpicker, -mecanicien, mechanicien, -metselaar, dakdekker, installateur
            logistiek planner, transportplanner, productieplanner, expeditiemedewerker, expediteur, kraanmachinist
            machinist, -bezorger, koerier, postbode, verhuizer, onderhoudsmonteur, servicemonteur, verspaner
            onderhoudstechnicus, meubelmaker, drukker, stukadoor, loods medewerker, douanedeclarant, declarant
            -coördinator logistiek, supply chain planner, technisch medewerker, onderhoudsmedewerker, buschauffeur
            taxichauffeur, treinmachinist, treinbestuurder, frezer, draaier, bankwerker, -werker weak, vakman weak
            vakkenvuller, schrijnwerker, bouwvakker, stratenmaker, loodgieter, lader, matroos, schipper
            binnenvaartschipper, magazijnbediende, klusjesman, automonteur, carrossier, machinebediener
            productieleider junior, voertuigtechnicus, metaalbewerker, logistiek coördinator, vorkheftruckchauffeur
            naaister, kleermaker, bode, planner transport, expeditie medewerker, elektrieker, elektromecanicien
            dispatcher transport, werkvoorbereider, servicetechnicus""",
        "general_management": """
            bestuursadviseur, directieadviseur, strateeg medium, strategisch adviseur, directieondersteuner""",
        "other": """
            -adviseur weak, adviseuse weak, -medewerker weak, -medewerkster weak, -consulent(e) weak
            -specialist weak, -deskundige weak, -expert weak, -coördinator weak, coördinatrice weak, -ambtenaar
            -functionaris weak, -assistent(e) weak, werknemer weak, zelfstandig weak, zelfstandige weak, zzp er weak
            zzper weak, freelancer weak, freelance weak, -beheerder junior, -begeleider weak, begeleidster weak
            -inspecteur weak, -lid weak, -agent weak, -consultant weak, -coach weak, gemeenteambtenaar
            beleidsmedewerker, beleidsadviseur, beleidsambtenaar, rijksambtenaar, ambtenaar, interimmer weak, -arts
            huisarts, -verpleegkundige, verpleger, verpleegster, -chirurg, tandarts, -apotheker
            apothekersassistent(e), dierenarts, fysiotherapeut(e), kinesist, kinesitherapeut, -psycholoog
            -psychologe, psychiater, verloskundige, vroedvrouw, -therapeut(e), logopedist(e), diëtist(e)
            ergotherapeut, doktersassistent(e), tandartsassistent(e), mondhygiënist(e), osteopaat, chiropractor
            opticien, pedicure, verzorgende, -verzorger, verzorgster, zorgkundige, zorgverlener
            thuiszorg medewerker, thuishulp, helpende, radioloog, cardioloog, kinderarts, internist
            medisch secretaresse, huishoudster, mantelzorger, -leraar, -lerares, -leerkracht, -docent(e), -professor
            hoogleraar, -onderwijzer(es), onderwijzeres, juf, meester weak, schoolmeester, universitair docent
            lector, pedagoog, pedagoge, onderwijsassistent(e), maatschappelijk werker, maatschappelijk werkster
            sociaal werker, jongerenwerker, hulpverlener, jeugdwerker, opvoeder, opvoedster, kinderverzorgster
            pedagogisch medewerker, gastouder, kinderbegeleider, intern begeleider, mentor, groepsleidster
            activiteitenbegeleider, persoonlijk begeleider, woonbegeleider, ambulant begeleider, instructeur weak
            rijinstructeur, sportleraar, docent lo, kleuterleidster, bibliothecaris, bibliothecaresse, archivaris
            vertaler, vertaalster, tolk, journalist(e), schrijver, schrijfster, auteur, kunstenaar, kunstenares
            muzikant(e), musicus, zanger(es), acteur, actrice, danser(es), regisseur, -producent weak, presentator
            presentatrice, componist, dirigent, historicus, conservator, kok, hulpkok, kelner, serveerster, ober
            bakker, banketbakker, slager, barman, barista, kapper, kapster, schoonheidsspecialiste
            schoonheidsspecialist, visagist(e), gastvrouw, gastheer, horecamedewerker, kamermeisje, huisvrouw
            huisman, oppas, nanny, bloemist(e), cateringmedewerker, zaalmedewerker, keukenhulp, boer, -boer
            landbouwer, veehouder, melkveehouder, tuinder, tuinier, tuinman, tuinaannemer, akkerbouwer, visser
            politieagent, politieman, politie, rechercheur, brandweerman, brandweer, militair, soldaat, beveiliger
            bewaker, piloot, steward, stewardess, predikant, dominee, priester, pastoor, pastor, politicus
            gemeenteraadslid, raadslid, kamerlid, diplomaat, vrijwilliger, vrijwilligster, werkzoekend, werkzoekende
            werkloos, zoekende, op zoek naar werk, huismoeder, interieurarchitect(e), interieurontwerper
            binnenhuisarchitect, edelsmid, juwelier, econoom medium, socioloog, sociaal pedagoog, -kundige weak
            sporter, voetballer, fitnessinstructeur, yogadocent(e), personal trainer, scheidsrechter, gids
            reisleider, uitvaartverzorger, begrafenisondernemer, buitengewoon opsporingsambtenaar, boa, douanier
            handhaver, stedenbouwkundige, planoloog, milieudeskundige, milieuadviseur, ecoloog, taxateur medium
            trajectbegeleider, -kundig weak, invalkracht weak, uitzendkracht weak, oproepkracht weak
            arbeidsongeschikt, mede werker weak, gedragswetenschapper, orthopedagoog, geestelijk verzorger
            inspecteur, organisatieadviseur, bedrijfskundige weak, bestuurskundige, administratief medewerker weak
            administratief medewerkster weak, administratief bediende weak, administratief assistent weak
            bediende weak, baliemedewerker medium, receptionist(e) medium, schoonmaker medium, schoonmaakster medium
            medewerker administratie weak, telefonist(e), secretarieel medewerker, onthaalmedewerker medium
            backoffice medewerker, back office medewerker, medewerker backoffice, -redacteur, redactrice
            grafisch vormgever, grafisch ontwerper, vormgever, vormgeefster, fotograaf, fotografe, -ontwerper medium
            ontwerpster medium, webredacteur, videograaf, filmmaker weak, illustrator, grafisch medewerker
            cameraman, styliste, stylist medium, webdesigner, -beheerder weak, hovenier
            op zoek naar een nieuwe uitdaging, op zoek naar nieuwe uitdaging, op zoek, poetshulp""",
    },
    fields={
        "finance": """
            financi*, financieel, boekhoud*, accountancy, fiscaal, fiscale, belasting*, belastingen, bank*
            verzekering* medium, krediet*, treasury, hypothe*, belegging*, vermogen* medium, incasso, debiteuren*
            crediteuren*, facturatie*, facturering, planning en control, planning & control, control medium
            salaris en financiën, audit, schade medium, schadeverzekering*, bedrijfseconomisch medium
            pensioen* medium, investering*, risicobeheer medium, assurantie* medium, subsidie* medium, fondsen weak
            kosten medium, loon*, lonen, salaris* medium""",
        "it": """
            ict, automatisering, informatica, software*, netwerk* medium, systeem* medium, systemen medium
            applicatie* medium, database* medium, informatie* weak, informatietechnologie, informatiebeveiliging
            digitaal weak, digitale weak, digitalisering medium, internet* medium, web medium, data* medium, cyber*
            informatiemanagement, informatiesystemen, telecom* medium, it infrastructuur, ict infrastructuur
            technologie medium, kunstmatige intelligentie, informatievoorziening, servicedesk ict, i&a
            servicedesk medium""",
        "marketing": """
            marketing*, communicatie*, reclame*, media* medium, pers weak, persvoorlichting, evenement* medium
            event* medium, publiciteit*, merk* medium, content* medium, redactie* medium, grafisch* medium
            voorlichting medium, public relations, online medium, campagne* medium, vormgeving medium
            public affairs medium, externe relaties medium, sponsoring medium, creatief weak, creatieve weak
            webshop medium, e commerce medium, social*, mode weak, uitgeverij weak, concept* weak""",
        "sales": """
            verkoop*, commercie*, commercieel, klanten* weak, klant* weak, winkel* medium, filiaal* medium
            buitendienst, binnendienst medium, export* medium, account*, relatiebeheer medium, handel* medium
            detailhandel medium, groothandel medium, retail* medium, rayon* weak, makelaardij medium, vastgoed weak
            relaties weak, klantrelaties medium, acquisitie, binnen en buitendienst, markt* weak
            zakelijke markt medium, b2b weak, sales*, zakelijke relaties medium, key*, tele*, immo weak
            immobiliën weak""",
        "operations": """
            operatione* medium, operaties medium, project* weak, projecten weak, klantenservice medium
            klantcontact medium, klantenservice*, facilita* medium, facility* medium, bedrijfsvoering medium
            dienstverlening weak, service* weak, diensten weak, processen weak, proces* weak, veiligheid* weak
            preventie weak, qhse medium, arbo medium, interne dienst medium, programma* weak, bedrijfsbureau medium
            organisatie* weak, beheer weak, bedrijf* weak, uitvoering weak, helpdesk medium, bouw* weak
            bouwprojecten weak, verandermanagement medium, gebouwen weak, huisvesting medium, vastgoedbeheer medium
            algemene zaken medium, continu verbeteren medium, ondersteuning weak""",
        "hr": """
            personeel*, personeelszaken, hrm, p&o, p en o, hr, werving en selectie, werving medium
            opleiding* medium, opleidingen medium, loopbaan* medium, arbeids* weak, mens en organisatie
            vorming medium, training* medium, organisatieontwikkeling medium, uitzend* medium, recruitment*
            arbeidsmarkt medium, personeelsadministratie, medewerkers weak, talent* medium
            leren en ontwikkelen medium, human*, mobiliteit weak, inzetbaarheid medium, arbeidszaken medium
            sociale zaken weak""",
        "engineering": """
            techniek medium, technisch* weak, technische dienst medium, onderzoek* medium, ontwikkeling* medium
            engineering, constructie* medium, r&d, laboratorium* medium, lab* weak, elektro* weak
            werktuigbouw* medium, mechanisch* weak, innovatie* medium, onderzoek en ontwikkeling, ontwerp* medium
            wetenschap* medium, chemie weak, energie* weak, elektronica* medium, elektrotechni* medium
            bouwkund* weak, civiele techniek medium, civiel medium, procestechnologie medium, productontwikkeling
            studiebureau, installatietechniek medium, infra weak, studie weak, meet* weak, test* weak
            milieutechniek weak, biotechnologie medium, kwaliteit* medium, kwaliteitszorg medium, product* weak""",
        "legal": """
            juridisch*, juridische zaken, recht*, rechten, privacy medium, compliance, contract* medium
            vergunningen medium, notarieel, notariaat, advocatuur, wetgeving, octrooi*, gegevensbescherming
            integriteit weak""",
        "purchasing": """
            inkoop*, aankoop*, aankopen, leverancier* medium, procurement, bevoorrading medium, aanbesteding* medium
            inkopen, category medium, sourcing""",
        "production": """
            productie*, logistie*, magazijn*, transport*, onderhoud* medium, fabriek*, assemblage, expeditie
            distributie* medium, warehouse*, werkplaats* medium, planning weak, montage medium, voorraad* medium
            supply*, verpakking medium, douane* medium, plant medium, machine* weak, lijn* weak, verzending
            vervoer* medium, wagenpark medium, werkvoorbereiding medium, import medium, import export
            levensmiddelen weak, materieel medium, installatie* weak, garage weak, autobedrijf weak
            scheepvaart weak, drukwerk medium, depot medium, ploegen weak, fabricage""",
        "general_management": """
            strategie* medium, strategische weak, algemeen weak, algemene weak, bestuurlijk weak, vestiging* weak
            business unit weak, bestuurszaken medium, concern* weak, unit weak""",
        "other": """
            zorg* weak, onderwijs* weak, school* weak, welzijn* medium, ziekenhuis* weak, verpleeg* weak
            verpleging medium, gezondheid* weak, medisch* weak, cultuur weak, cultureel weak, sport* weak
            jeugd* weak, kinder* weak, kinderopvang medium, milieu* weak, duurzaamheid* medium, duurzame weak
            horeca* weak, keuken* medium, beleid* weak, gemeente weak, overheid weak, landbouw weak, tuin* weak
            groen* weak, natuur weak, kunst weak, muziek* medium, theater* medium, bibliotheek* medium, kerk weak
            wonen weak, sociaal weak, maatschappelijk* weak, politie* medium, brandweer* medium, recreatie weak
            toerisme weak, ruimtelijke ordening medium, catering medium, wijk* weak, jongeren weak
            gehandicapten* weak, ouderen* weak, therapie* weak, advies weak, advisering weak, consultancy weak
            woon* weak, museum* weak, administratief weak, administratieve weak, secretariaat weak, onthaal weak
            receptie weak, directiesecretariaat weak, administratie weak""",
    },
    bodies={
        "c_level general_management soft": "directie, raad van bestuur, bestuur, directiecomité, managementteam weak",
        "manager": "leiding, leidinggeven, teamleiding",
    },
    marks={
        "assistant": """
            -secretaresse, -secretaris weak, directiesecretaresse, directieassistent(e), directie assistent(e)
            management assistent(e), managementassistent(e), managementsecretaresse, directiesecretariaat
            assistent(e) van, secretarieel, persoonlijk assistent(e), bestuurssecretaresse, bureausecretaresse
            directie secretaresse, office assistent, secretaris, officemedewerker, managementassistente""",
        "past": """
            voormalig, voormalige, vroeger, vroegere, gepensioneerd, gepensioneerde, oud, gewezen, ex, pensioen
            met pensioen, gestopt, vut, emeritus, aow, rustend, ontslagnemend, brugpensioen""",
        "now": "nu, thans, momenteel, tegenwoordig, huidig",
        "junior": """
            -stagiair(e), stage, -trainee, promovendus, promovenda, afstudeerder, afstudeerstagiair, werkstudent
            jobstudent, bijbaan, leerling verpleegkundige, aio, doctorandus, doctoraatsstudent, in opleiding, bbl
            starter, stagiaire, arts in opleiding, aios, aankomend, toekomstig, stagelopend, leerling monteur
            schoolverlater""",
        "deputy": """
            plaatsvervangend, waarnemend, adjunct, vice, plv, interim, tijdelijk, wnd, assistent?, ad interim, a i""",
        "prep": """
            van, voor, de afdeling, naar, met, bij de, in, op, aan, ter, ten, der, te, door, over, binnen, bij het
            namens""",
        "article": "het, een, de, mijn, onze, alle",
        "and": "en, of, alsook",
        "cut": "bij",
        "noise": """
            senior, junior, regio, nederland, belgië, vlaanderen, benelux, noord, zuid, oost, west, nationaal
            nationale, internationaal, internationale, wereldwijd, afdeling, team, teams, groep, bedrijf, divisie
            sector, eerste, tweede, allround, gediplomeerd, erkend, extern, externe, intern, interne, zelfstandig
            specialistisch, groot, grote, kleine, nieuw, nieuwe, eigen, amsterdam, rotterdam, utrecht, antwerpen
            brussel, gent, provincie, stad, ir, ing, drs, mr, vof, cv, vzw, stichting, meewerkend, fulltime
            parttime, deeltijd, uur, lokaal, centrale, centraal, diverse, overige, zakelijk, zakelijke, vaste""",
        "pupil": "-student(e), studente, leerling, scholier, afgestudeerd, bachelorstudent, masterstudent",
        "member": "lid",
    },
)
