"""Italian words of job titles. Data only; the notation stands in `notation`."""

from connector.scoring.titles.tables.notation import Table

TABLE = Table(
    language="Italian",
    ranks={
        "c_level general_management": """
            amministrator{e|i} delegat{o|i}, amministratrice delegata, amm delegato, direttor{e|i} generale
            direttrice generale, dir generale, dg?, ad?, amministratore unico, amministratrice unica
            direttore esecutivo, presidente e amministratore delegato, presidente esecutivo, amm unico
            amministratore e direttore generale""",
        "c_level general_management owner": """
            titolar{e|i}, contitolare, proprietari{o|a}, comproprietari{o|a}, fondat{ore|rice|ori}
            cofondat{ore|rice}, co fondat{ore|rice}, imprendit{ore|rice|ori}, soci{o|a} fondat{ore|rice}
            soci{o|a} titolare, libero imprenditore, ristoratore, ristoratrice, albergatore, socio unico
            soci{o|a} amministratore, socia amministratrice, padron{e|a}, legale rappresentante
            rappresentante legale, commerciante, esercente, socio lavoratore, titolare d'azienda
            titolare firmatario, artigiano titolare""",
        "c_level general_management soft": """
            presidente, amministrator{e|i}, amministratrice, consiglier{e|a} delegat{o|a}, segretario generale
            sindaco, direttore generale aggiunto, vice direttore generale, vicedirettore generale
            dirigente generale, condirettore generale, procuratore speciale, socio accomandatario
            presidente del consiglio, presidente cda, associato senior partner, liquidatore""",
        "vp": "vicepresidente, vice presidente, vicepresidente esecutivo",
        "director": """
            direttor{e|i}, direttrice, direttrici, dir, dirigente, dirigenti, dirigente d'azienda, vicedirettore
            vice direttore, vicedirettrice, condirettore, direttore di divisione, dirigente responsabile
            coordinatore generale, dirigente industria, direttore di dipartimento""",
        "director general_management soft": """
            direttore di filiale estero, direttore di business unit, direttore strategie, direttore regionale
            direttore paese, direttore centrale, direttore territoriale""",
        "director finance": """
            direttore finanziario, direttrice finanziaria, direttore amministrativo, direttrice amministrativa
            direttore amministrativo e finanziario, direttore amministrazione finanza e controllo
            direttore amministrazione e finanza, direttore afc, dirigente amministrativo""",
        "director marketing": "direttore responsabile giornale",
        "director production": """
            direttore di stabilimento, direttore stabilimento, direttore di produzione, direttore produzione
            direttore di fabbrica, direttrice di stabilimento, direttore industriale""",
        "director engineering": "direttore tecnico, direttrice tecnica, direttore r&d, direttore ricerca e sviluppo",
        "director other": """
            dirigente scolastic{o|a}, preside, direttore sanitario, direttrice sanitaria, primario, direttore medico
            dirigente medico, direttore d'orchestra, direttore didattico, direttore di museo
            direttore di struttura complessa, dsga, direttore sportivo, direttore scientifico, direttore lavori
            dirigente biologo, vicepreside, direttore d'albergo, direttore di albergo, direttore di hotel
            direttore creativo, direttrice creativa, art director, direttore artistico, direttrice artistica
            rettore, rettrice, direttore responsabile testata giornalistica, direttore responsabile""",
        "director operations": "direttore operativo, direttrice operativa, direttore di progetto medium",
        "manager": """
            responsabil{e|i}, resp, respons, cap{o|a}, capi, capoufficio, capo ufficio, caporeparto, capo reparto
            capogruppo, capo gruppo, capo servizio, caposervizio, capo settore, caposettore, coordinatore di team
            coordinatore del team, supervisore, preposto, funzionario responsabile, referente responsabile, quadro
            quadri, quadro aziendale, team leader, capo sezione, vice responsabile, viceresponsabile
            responsabile di area, responsabile area, responsabile di funzione, gestore responsabile, sovrintendente
            capufficio, capo nucleo, posizione organizzativa, maestro capo, capo dipartimento, capo divisione
            capodivisione, responsabile di divisione, responsabile di dipartimento, responsabile di direzione
            capo del dipartimento, gerente""",
        "manager operations": """
            responsabile di progetto medium, capo progetto medium, capoprogetto medium, responsabile progetti medium
            coordinatore di progetto responsabile, responsabile assistenza clienti, responsabile customer service
            responsabile operativ{o|a}, responsabile servizio clienti, responsabile sicurezza, rspp
            responsabile di servizio, direttore di ristorante, responsabile assistenza tecnica
            responsabile organizzazione, responsabile affari generali""",
        "manager sales": """
            responsabile vendite, responsabile commerciale, capo area vendite, area manager, responsabile di filiale
            responsabile negozio, responsabile di negozio, responsabile punto vendita, store manager
            responsabile export, export manager, responsabile clienti, responsabile ufficio commerciale
            responsabile estero, capo vendite, ispettore vendite, capo agenzia, responsabile di agenzia
            gestore clienti, key account, capo filiale, vice direttore di filiale, responsabile di zona, capo zona
            capozona, responsabile grandi clienti, responsabile commerciale estero, gerente di negozio
            responsabile sviluppo commerciale, responsabile showroom, capo area, capoarea""",
        "manager marketing": """
            responsabile comunicazione, responsabile ufficio stampa, responsabile marketing, responsabile eventi
            capo ufficio stampa, capo redazione, responsabile marketing e comunicazione, responsabile editoriale
            responsabile della comunicazione""",
        "manager production": """
            capofficina, capo officina, responsabile di produzione, responsabile produzione, responsabile magazzino
            responsabile di magazzino, capo magazziniere, responsabile logistica, responsabile manutenzione
            responsabile della produzione, responsabile di stabilimento, capo fabbrica, responsabile officina
            responsabile spedizioni, responsabile supply chain, capo impianto, responsabile di linea
            responsabile trasporti, responsabile pianificazione, responsabile logistico, capo manutentore
            capo cantiere, capocantiere, direttore di cantiere, responsabile di cantiere, capo squadra, caposquadra
            capo turno, capoturno""",
        "manager it": """
            responsabile it, responsabile ict, responsabile informatico, responsabile sistemi informativi
            responsabile ced, responsabile edp, capo progetto software, responsabile dei sistemi informativi
            capo progetto it, capo progetto informatico, responsabile infrastrutture it, team leader sviluppo
            responsabile sviluppo software""",
        "manager finance": """
            responsabile amministrazione, responsabile contabilità, capo contabile
            responsabile amministrazione e finanza, responsabile finanziario, responsabile finanza
            responsabile controllo di gestione, responsabile amministrativo e finanziario, responsabile tesoreria
            responsabile crediti, responsabile amministrazione finanza e controllo
            gestore patrimoniale responsabile, responsabile ufficio paghe""",
        "manager hr": """
            responsabile risorse umane, responsabile del personale, responsabile hr, responsabile personale
            capo del personale, responsabile formazione, responsabile selezione, responsabile delle risorse umane
            capo personale, responsabile ufficio personale""",
        "manager purchasing": """
            responsabile acquisti, responsabile ufficio acquisti, responsabile degli acquisti, capo acquisti
            responsabile approvvigionamenti""",
        "manager engineering": """
            responsabile tecnic{o|a} medium, responsabile ufficio tecnico, responsabile r&d
            responsabile ricerca e sviluppo, responsabile laboratorio, responsabile di laboratorio
            responsabile progettazione, capo progettista, responsabile di ricerca, responsabile qualità
            responsabile della qualità, responsabile assicurazione qualità, responsabile sistema qualità
            responsabile di prodotto, responsabile prodotto, capo prodotto, product manager""",
        "manager legal": """
            responsabile legale, responsabile ufficio legale, responsabile compliance, responsabile affari legali""",
        "manager other": """
            capo cuoco, capocuoco, executive chef, caposala, coordinatore infermieristico
            coordinatrice infermieristica, maître, capitano, comandante, maresciallo, capo chef, capostazione
            capo stazione, responsabile scientifico, responsabile sostenibilità, responsabile ambiente
            direttore di coro, ispettore capo, responsabile di struttura, responsabile struttura, capo barman
            responsabile sanitario, allenatore capo, responsabile didattico, chef de cuisine
            responsabile amministrativ{o|a} medium, responsabile ufficio, office manager, responsabile di sala
            responsabile front office, responsabile back office, governante, resp amministrativ{o|a} medium
            direttore editoriale, caporedattore, capo redattore, caporedattrice, responsabile di reparto""",
        "c_level general_management seat": """
            consiglier{e|a} di amministrazione, membro del consiglio di amministrazione, membro del cda, membro cda
            membro consiglio di amministrazione, consigliere d'amministrazione, consiglier{e|a} indipendente
            membro del board, consigliere""",
        "manager general_management soft": """
            responsabile di business unit, responsabile di sede, quadro direttivo, procuratore""",
        "director sales": """
            direttore di filiale, direttrice di filiale, direttore filiale, direttore di negozio
            direttore punto vendita, direttore di agenzia, direttore agenzia""",
        "c_level general_management partner": "soci{o|a}",
    },
    roles={
        "finance": """
            contabile, contabili, commercialista, ragionier{e|a}, revisore, revisore contabile, revisore legale
            addett{o|a} contabilità, addetto alla contabilità, addetta alla contabilità, impiegat{o|a} contabile
            impiegato amministrativo contabile, analista finanziario, consulente finanziari{o|a}
            promotore finanziario, promotrice finanziaria, bancari{o|a}, impiegat{o|a} di banca, impiegato bancario
            consulente fiscale, controller, tesoriere, addett{o|a} contabile, private banker, gestore imprese
            gestore corporate, gestore privati, investitore, dottore commercialista, attuario, tributarista
            consulente patrimoniale, family banker, gestore di portafoglio, analista di credito
            impiegata contabilità, liquidatore sinistri, trader, impiegato contabilità, addetto fatturazione
            auditor, addett{o|a} paghe, addett{o|a} paghe e contributi, impiegat{o|a} paghe
            impiegata paghe e contributi, economista d'impresa""",
        "it": """
            sviluppat{ore|rice}, programmat{ore|rice}, programmatori, informatic{o|a}, sistemista, sistemisti
            ingegnere informatico, ingegnere del software, ingegnere software, analista programmat{ore|rice}
            analista funzionale, tecnico informatico, amministratore di sistema, amministratore di sistemi
            amministratore di rete, perito informatico, consulente informatic{o|a}, web developer, analista software
            analista di sistema, architetto software, data scientist, analista dati, consulente sap
            sviluppatore software, sviluppatore web, tecnico hardware, tecnico di rete, webmaster
            assistenza tecnica informatica, ingegnere delle telecomunicazioni, consulente erp, data analyst
            sistemista di rete, progettista software, tecnico sistemista, operatore ced, analista informatico
            data engineer""",
        "marketing": """
            addett{o|a} marketing, addett{o|a} stampa, addetto ufficio stampa, addetta ufficio stampa
            ufficio stampa, copywriter, social media manager junior, pubblicitari{o|a}, creativ{o|a}
            addetto comunicazione, addetta comunicazione, organizzatore di eventi, organizzatrice di eventi
            portavoce, web content editor, consulente marketing, esperto di comunicazione, visual merchandiser
            impiegata marketing, assistente marketing, vetrinista, pr, product specialist, wedding planner
            redattrice web, redattore web, grafica pubblicitaria, grafico pubblicitario""",
        "sales": """
            commerciale, agente di commercio, agente commerciale, agenti di commercio, addett{o|a} alle vendite
            addett{o|a} vendite, addett{o|a} vendita, venditore, venditrice, commess{o|a}, consulente commerciale
            rappresentante medium, rappresentante di commercio, tecnico commerciale, impiegat{o|a} commerciale
            impiegat{o|a} ufficio commerciale, funzionari{o|a} commerciale, agente immobiliare
            consulente immobiliare, mediatore immobiliare, informat{ore|rice} scientific{o|a}
            informatore medico scientifico, informatore scientifico del farmaco, isf, addetto commerciale
            addetta commerciale, consulente vendite, consulente alle vendite, consulente di vendita
            telefonista medium, operatore telemarketing, procacciatore d'affari, agente di vendita
            agente plurimandatario, monomandatario, agente monomandatario, agente medium, promotore
            agente di viaggio, banconista, commerciale estero, impiegato commerciale estero
            impiegata commerciale estero, addetto vendite estero, back office commerciale, back office estero
            assistente commerciale, assistente alle vendite, tecnico vendite, sales account, consulente di viaggio
            segnalatore, negoziante, ambulante, rivenditore, addetta vendite, merchandiser, export area
            agente enasarco, agente rappresentante, gestore clienti, scaffalista, assicurat{ore|rice}
            agente di assicurazione, agente assicurativo, consulente assicurativ{o|a}, broker assicurativo
            perito assicurativo, subagente assicurativo, cassier{e|a}, operatore di sportello, sportellista
            promoter, promotrice""",
        "operations": """
            coordinat{ore|rice} di progetto medium, operat{ore|rice} call center, operatore telefonico
            addetto customer service, addetta customer service, addett{o|a} assistenza clienti
            operatore di call center, tecnico della prevenzione, consulente sicurezza, addetto alla sicurezza medium
            geometra di cantiere, assistente di cantiere, consulente organizzativo, consulente sicurezza sul lavoro
            asseveratore, custode medium, portiere medium""",
        "hr": """
            selezionat{ore|rice}, addett{o|a} risorse umane, addett{o|a} hr, addett{o|a} del personale
            addett{o|a} alla selezione, consulente del lavoro, recruiter, docente formatore medium, hr specialist
            addetto selezione, impiegata ufficio personale, impiegato ufficio personale, orientat{ore|rice}
            specialista risorse umane, responsabile hr junior, tutor formazione, consulente risorse umane
            psicologo del lavoro, psicologa del lavoro, selezione del personale, cacciatore di teste""",
        "engineering": """
            ingegner{e|i} medium, ing medium, ricercat{ore|rice} medium, ricercatori medium, progettista
            progettisti, disegnat{ore|rice}, tecnic{o|a} weak, tecnici weak, perito medium, perito industriale
            perito elettronico, perito meccanico, perito elettrotecnico, ingegnere meccanico, ingegnere civile
            ingegnere elettronico, ingegnere gestionale medium, ingegnere chimico, ingegnere edile
            ingegnere elettrico, ingegnere ambientale, chimic{o|a}, fisic{o|a}, biolog{o|a}, matematic{o|a}
            geolog{o|a}, scienziat{o|a}, tecnico di laboratorio, analista chimico, geometra, architett{o|a} weak
            architetti weak, disegnatore meccanico, disegnatore cad, disegnatore tecnico, progettista meccanico
            ingegnere progettista, biotecnolog{o|a}, assegnista di ricerca, borsista medium, topografo
            ingegnere di processo, ricercatore universitario, microbiolog{o|a}, statistic{o|a} medium
            ingegnere aerospaziale, ingegnere strutturista, strutturista, tecnico di cantiere weak
            chimico farmaceutico, tecnologo, tecnologo alimentare, ingegnere biomedico, tecnico progettista
            impiegato tecnico, impiegata tecnica, impiegato ufficio tecnico, assistenza tecnica weak, bioinformatico
            addetto qualità, addetta qualità, controllo qualità, addetto al controllo qualità, tecnico qualità
            ingegnere qualità, collaudat{ore|rice}""",
        "legal": """
            avvocat{o|a}, avvocati, legale, notai{o|a}, magistrato, giudice, giurista, giurista d'impresa
            consulente legale, procuratore legale, praticante avvocato, responsabile protezione dati, dpo
            cancelliere, legale d'azienda, consulente privacy, patrocinatore legale
            dottor{e|essa} in giurisprudenza, mandatario brevetti, legale interno, avvocato civilista
            avvocato penalista, pubblico ministero, assistente giudiziario, funzionario giudiziario
            addetto ufficio legale, ufficiale giudiziario""",
        "purchasing": """
            buyer, addett{o|a} acquisti, addett{o|a} ufficio acquisti, compratore, compratrice
            impiegat{o|a} ufficio acquisti, impiegat{o|a} acquisti, approvvigionat{ore|rice}, ufficio acquisti
            addetto approvvigionamenti, addetta agli acquisti, addetto agli acquisti""",
        "production": """
            operai{o|a}, operai, operaio specializzato, operaio metalmeccanico, operaio generico, magazzinier{e|a}
            autist{a|i}, camionista, corriere, fattorino, mulettista, carrellista, meccanic{o|o auto}, elettricista
            idraulico, falegname, muratore, imbianchino, saldatore, tornitore, fresatore, verniciatore, manutentore
            tecnico manutentore, installatore, montatore, elettromeccanico, carrozziere, fabbro, sarta, sarto
            addetto magazzino, addett{o|a} al magazzino, addett{o|a} alla logistica, addett{o|a} logistica
            impiegat{o|a} logistica, impiegato logistico, spedizioniere, doganalista, addetto spedizioni
            operatore macchine, operatore di macchina, operatore cnc, operatore macchine utensili, attrezzista
            addetto produzione, addetta produzione, addetto alla produzione, addetta alla produzione
            operatore di produzione, operat{ore|rice} medium, tecnico di produzione, tecnico manutenzione
            addetto manutenzione, programmatore di produzione, conducente, autotrasportatore, autista autobus
            tassista, postino, portalettere, artigian{o|a} medium, tipografo, stampatore, conduttore di linea
            gruista, macchinista, capotreno, addetto montaggio, impiegata logistica, ingegnere di produzione
            conduttore impianti, addetta alle spedizioni, confezionatrice, tappezziere, calzolaio, gommista
            caldaista, termoidraulico, assemblatore, tecnico elettricista, manovale, turnista, pianificatore
            tecnico logistico, programmatore della produzione""",
        "general_management": "assistente del presidente consigliere, stratega medium, consigliere del presidente",
        "other": """
            consulente weak, consulenti weak, addett{o|a} weak, addetti weak, specialista weak, espert{o|a} weak
            analista weak, coordinat{ore|rice} weak, referente weak, collaborat{ore|rice} weak, dipendente weak
            lavoratore weak, lavoratrice weak, liber{o|a} professionista weak, libero professionista weak
            freelance weak, funzionari{o|a} weak, delegat{o|a} weak, incaricat{o|a} weak, agente segreto
            ispett{ore|rice} weak, ausiliari{o|a} weak, aiut{o|ante} weak, operatore olistico, animat{ore|rice} weak
            istrutt{ore|rice} weak, tutor weak, tecnico radiologo, autonomo weak, lavoratore autonomo weak
            dipendente pubblico, impiegato pubblico weak, impiegato statale weak, statale, dipendente comunale
            dipendente statale, impiegato comunale weak, pubblico impiego, in proprio weak, professionista weak
            gestore weak, controllore weak, agronom{o|a}, perito agrario, valutatore weak, mediatore weak
            mediatrice weak, medic{o|a}, medici, dottor{e|essa} weak, dott weak, dott ssa weak, chirurg{o|a}
            infermier{e|a}, infermieri, oss, operat{ore|rice} socio sanitari{o|a}, operatore sanitario
            operatrice socio sanitaria, ostetric{o|a}, odontoiatra, dentista, farmacista, fisioterapista
            psicolog{o|a}, psichiatra, psicoterapeuta, veterinari{o|a}, logopedista, igienista dentale, podologo
            osteopata, massaggiatore, massaggiatrice, naturopata, ottico, optometrista, tecnico di radiologia
            tecnico sanitario, pediatra, cardiologo, ginecologo, radiologo, anestesista, medico chirurgo
            medico di base, dietista, nutrizionista, biologa nutrizionista, badante, odontotecnico
            assistente alla poltrona, assistente sociale, assistente sanitaria, educat{ore|rice}
            educat{ore|rice} professionale, pedagogista, insegnante, insegnanti, docente, docenti, professor{e|essa}
            prof, prof ssa, maestr{o|a}, ricercatore sociale, professore associato, professore ordinario
            docente universitario, babysitter, baby sitter, bibliotecari{o|a}, archivista, traduttor{e|i}
            traduttrice, interprete, giornalista, giornalisti, reporter, scritt{ore|rice}, aut{ore|rice}, artista
            musicista, cantante, att{ore|rice}, ballerin{o|a}, regista, sceneggiatore, pittore, pittrice, scultore
            compositore, restauratore, restauratrice, cuoc{o|a}, aiuto cuoco, chef weak, sous chef, camerier{e|a}
            cameriera ai piani, barista, barman, pizzaiolo, panettiere, fornaio, pasticcer{e|a}, macellaio, gelataio
            sommelier, parrucchier{e|a}, estetista, barbiere, truccatrice, make up artist, casalinga, colf
            domestica, commis di cucina, commis di sala, lavapiatti, agricoltore, agricoltrice, coltivatore diretto
            allevatore, giardiniere, florovivaista, fiorista, fioraio, enologo, viticoltore, pescatore
            bracciante agricolo, poliziotto, carabiniere, agente di polizia, vigile del fuoco, vigile urbano
            militare, ufficiale weak, soldato, guardia giurata, guardia, vigilante, politico, deputato
            senat{ore|rice}, assessore, consigliere comunale, consigliera comunale, diplomatico, ambasciatore weak
            sacerdote, parroco, volontari{o|a}, pilota, hostess, steward, assistente di volo, sportivo, calciatore
            allenat{ore|rice}, personal trainer, istruttore di nuoto, arbitro, guida turistica
            accompagnatore turistico, disoccupat{o|a}, in cerca di occupazione, in cerca di lavoro
            in cerca di impiego, inoccupato, arredatore, arredatrice, interior designer, orafo, gioielliere
            urbanista, storico dell'arte, sociolog{o|a}, antropolog{o|a}, archeolog{o|a}, economista medium
            ambientalista, consulente ambientale, amministratore di condominio, amministratore condominiale
            amministratrice di condominio, amministratore di condomini, perito estimatore medium
            animatore turistico, bagnino, guida weak, modella, fotomodella, coach weak, counselor, mental coach
            formatore sportivo, impiegat{o|a} weak, impiegati weak, impiegat{o|a} amministrativ{o|a} weak
            addett{o|a} amministrativ{o|a} weak, assistente amministrativ{o|a} weak, impiegata d'ufficio weak
            impiegato d'ufficio weak, addett{o|a} front office, addett{o|a} back office
            collaborat{ore|rice} amministrativ{o|a} weak, istruttore amministrativo weak
            istruttrice amministrativa weak, funzionario amministrativo weak, addett{o|a} alle pulizie medium
            addetto pulizie medium, addett{o|a} segreteria, addett{o|a} alla segreteria, centralinista
            receptionist medium, impiegata back office weak, collaboratore scolastico medium
            amministrativ{o|a} weak, funzionaria amministrativa weak, operatore amministrativo weak
            coadiutore amministrativo weak, grafic{o|a}, graphic designer, fotograf{o|a}, redatt{ore|rice}
            videomaker, pubblicista, illustrat{ore|rice}, montatore video, stilista medium, operatore video, art
            designer medium, web designer, bidell{o|a}, addetto alla portineria, addetta alla portineria
            in cerca di nuove opportunità, in cerca di nuova occupazione, addetta alla reception
            addetto alla reception, formatore weak, formatrice weak, giornalista pubblicista, consulente aziendale
            consulente direzionale""",
    },
    fields={
        "finance": """
            finanz*, contabil*, amministrazione e finanza, amministrazione finanza e controllo, afc, tesoreria
            controllo di gestione, fiscal*, tribut*, banca, bancari{o|a}, credit{o|i}, assicurazion*
            assicurativ{o|a}, bilanci{o|o consolidato}, fatturazione, revisione, audit, investiment{o|i}
            rischi{o|} medium, patrimonio medium, patrimoniale medium, paghe e contabilità, controlling
            economic{o|a} weak, recupero crediti, cassa weak, contributi weak, fondi weak, fusioni e acquisizioni
            costi medium, budget*, mutui, imposte, paghe medium, paghe e contributi""",
        "it": """
            informatic*, sistemi informativi, sistemi medium, sistema medium, software, reti medium, dati medium
            tecnologie medium, tecnologia medium, ced, edp, ict, sicurezza informatica, telecomunicazioni medium
            database, web medium, sviluppo software, sviluppo web, trasformazione digitale medium
            applicazioni medium, applicativ{o|a} medium, infrastrutture it, intelligenza artificiale, cybersecurity
            servizi informativi, tlc medium, internet medium, digital transformation, sistemistica
            assistenza informatica""",
        "marketing": """
            comunicazion*, pubblicit*, stampa medium, eventi medium, evento medium, marchi weak, media medium
            social, social media, relazioni esterne medium, relazioni pubbliche, editoriale medium, redazione medium
            creativ* medium, grafica medium, immagine weak, digitale weak, contenuti medium, promozione medium
            comunicazione e marketing, e commerce medium, sponsorizzazioni medium, ricerche di mercato
            relazioni istituzionali medium, fotografia medium, design weak, moda weak, visual medium
            trade marketing""",
        "sales": """
            vendit{a|e}, commercial{e|i}, clienti weak, cliente weak, clientela medium, export medium, estero medium
            area weak, negozi{o|} weak, punto vendita medium, punti vendita medium, retail medium, mercat{o|i} weak
            filiale weak, agenzia weak, distribuzione weak, sviluppo commerciale, sviluppo business medium
            gdo medium, post vendita medium, immobiliare medium, rete vendita, key account, rete commerciale
            grandi clienti, commercio medium, prevendita, gare medium, offerte medium, preventivi medium
            franchising medium, concessionaria weak, customer weak""",
        "operations": """
            operativ{o|a} weak, operazioni medium, progett{o|i} weak, servizi{o|} weak, assistenza clienti medium
            servizio clienti medium, customer service medium, customer care medium, processi medium, processo weak
            servizi generali medium, organizzazione weak, sicurezza weak, hse medium, ambiente e sicurezza medium
            qhse medium, cantier{e|i} weak, call center medium, assistenza weak, post vendita tecnico, gestione weak
            miglioramento continuo medium, affari generali medium, facility medium, edil{e|izia} weak, lavori weak
            prevenzione weak, appalti weak, pianificazione weak, help desk medium""",
        "hr": """
            risorse umane, risorsa umana, personale medium, selezione medium, formazione medium, lavoro weak
            relazioni industriali, relazioni sindacali, sviluppo organizzativo medium, amministrazione del personale
            amministrazione personale, gestione del personale, organizzazione e risorse umane, talent*
            welfare medium, ricerca e selezione, reclutamento, sviluppo risorse umane, politiche del lavoro medium
            cultura aziendale medium""",
        "engineering": """
            ingegneria, ricerca medium, ricerca e sviluppo, r&s, tecnic{o|a} weak, ufficio tecnico medium
            progettazione, sviluppo weak, sviluppo prodotto medium, laborator{io|i} medium, meccanic{o|a} medium
            elettronic{o|a} medium, elettric{o|a} medium, elettrotecnic{o|a} medium, innovazione medium
            scientific{o|a} medium, automazione medium, impianti medium, impiantistica medium, studi weak
            collaudo medium, collaudi medium, energia weak, energetic{o|a} weak, affari regolatori medium
            regolatorio weak, ricerca clinica medium, chimica medium, aerospaziale weak, sperimentale medium
            biotecnologie medium, meccatronic{o|a} medium, strutture weak, civile weak, qualità medium
            prodotto weak, prodotti weak, controllo qualità, assicurazione qualità""",
        "legal": """
            legal{e|i}, giuridic{o|a}, affari legali, compliance, contratti medium, contenzioso, privacy medium
            societari{o|a} medium, proprietà intellettuale, diritto, notarile, affari societari, conformità medium
            brevetti medium, normativa weak, giurisprudenza, contrattualistica medium""",
        "purchasing": """
            acquist{o|i}, approvvigionament{o|i}, fornitori medium, procurement, acquisti e logistica
            forniture medium""",
        "production": """
            produzione, produttiv{o|a} medium, logistic{a|o}, magazzino, manutenzione medium, stabilimento medium
            officina medium, trasport{o|i} medium, spedizioni, supply chain, industrial{e|i} medium
            industrializzazione, fabbrica, linea weak, montaggio medium, confezionamento medium, dogana medium
            import export, import medium, tempi e metodi medium, programmazione della produzione
            programmazione produzione, impianto weak, macchine weak, lavorazioni medium, stampaggio medium
            tessile weak, metalmeccanic{o|a} medium, scorte, flotta medium, assemblaggio, lean weak, traffico medium
            materiali medium, reparti weak""",
        "general_management": """
            strategi* medium, strategic{o|a} weak, generale weak, business unit weak
            pianificazione strategica medium, sviluppo strategico medium, presidenza weak, aziendale weak
            divisione weak""",
        "other": """
            sanitari{o|a} medium, sanità weak, medic{o|a} medium, ospedale weak, clinic{o|a} weak
            infermieristic{o|a} medium, scuola weak, scolastic{o|a} medium, didattic{o|a} medium, università weak
            istruzione medium, ambiente weak, ambientale medium, sostenibilità medium, turismo weak
            turistic{o|a} weak, hotel weak, ristorazione weak, ristorante weak, cucina medium, alberghier{o|a} weak
            cultural{e|i} medium, beni culturali medium, sport* weak, sociale weak, sociali weak
            agricol{o|a} medium, musica medium, teatro medium, arte weak, museo weak, biblioteca medium, comune weak
            comunale weak, polizia weak, urbanistica medium, consulenza weak, benessere weak, farmacia weak
            lingue weak, inglese weak, infanzia medium, primaria weak, alimentare weak, religione medium
            spettacolo weak, cinema weak, territorio weak, verde weak, socio sanitario medium, amministrazione weak
            amministrativ{o|a} weak, segreteria weak, ufficio weak, back office weak, front office weak""",
    },
    bodies={
        "c_level general_management soft": """
            consiglio di amministrazione, cda, comitato direttivo, alta direzione, direzione generale
            consiglio direttivo""",
        "director": "direzione, dirigenza",
        "manager": "responsabilità, coordinamento, gestione del team",
    },
    marks={
        "assistant": """
            assistente, assistenti, assistente di direzione, assistente alla direzione, assistente direzione
            assistente personale, segretari{o|a}, segretari{o|a} di direzione, segretaria amministrativa
            segreteria di direzione, assistente esecutivo, assistente dell, segretaria commerciale
            segretaria direzione, segreteria direzione, assistente amministratore delegato, assistente ad""",
        "past": """
            ex, pensionat{o|a}, in pensione, precedente, precedentemente, onorario, onoraria, emerito, emerita
            pensione, quiescenza, in quiescenza, passato""",
        "now": "attualmente, ora, oggi, attuale",
        "junior": """
            stagista, stagisti, tirocinante, tirocinio, stage, praticante, apprendista, apprendistato
            dottorand{o|a}, dottorat{o|o di ricerca}, specializzand{o|a}, borsista tirocinante, tirocinante medico
            aspirante, futuro, futura, in formazione""",
        "deputy": """
            vice, aggiunt{o|a}, facente funzione, facente funzioni, f f, ad interim, vicario, vicaria, supplente
            sostituto, sostituta""",
        "prep": """
            di, del, della, dei, degli, delle, dell, dello, d, in, per, con, da, dal, dalla, al, alla, alle, allo
            agli, all, ai, a, nel, nella, nell, sul, tra, fra, su, area di, addetto alla, addetta alla""",
        "article": "il, lo, la, i, gli, le, l, un, una, uno, mio, mia, nostro",
        "and": "e, ed, o, nonché",
        "cut": "presso, c/o",
        "noise": """
            senior, junior, sig, dr, dott, italia, italy, nord, sud, est, ovest, centro, milano, roma, torino
            lombardia, veneto, toscana, emilia, nazionale, internazionale, estera, gruppo, azienda, aziende, società
            impresa, settore, reparto, ufficio, funzione, team, interno, interna, esterno, esterna, europa, mondo
            generici, generic{o|a}, specializzat{o|a}, qualificat{o|a}, abilitat{o|a}, certificat{o|a}, tempo
            indeterminato, pieno, part, turno, livello, primo, prima, secondo, seconda, pubblic{o|a}, privat{o|a}
            privati, vari{o|e}, principale, locale, regione, provinciale, territoriale, regionale, unico, unica
            unità, operativa, plurimandatario, dipartimento, indipendente, iscritto, albo, spa, srl, snc, sas, srls
            coop, s.n.c., s.a.s., cooperativa, studio, associato, associata, lead""",
        "pupil": """
            studente, studentessa, studenti, laureand{o|a}, laureat{o|a}, neolaureat{o|a}, neo laureat{o|a}, alunno
            allievo, allieva, diplomat{o|a} weak, studente universitario, studente lavoratore""",
        "member": "membro, membri, componente",
    },
)
