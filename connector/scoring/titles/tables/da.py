"""Danish words of job titles, Norwegian forms beside them. Data only; the notation stands in `notation`."""

from connector.scoring.titles.tables.notation import Table

TABLE = Table(
    language="Danish",
    ranks={
        "c_level general_management": """
            adm direktør, administrerende direktør, adm dir, administrerende dir, koncernchef, koncerndirektør
            koncernsjef, adm direktor, viceadministrerende direktør, generaldirektør, ordførende direktør
            direktør og ejer, konsernsjef, konserndirektør, konsernleder, adm partner, vice adm direktør
            viceadm direktør, direktør og indehaver, administrerende partner""",
        "c_level general_management owner": """
            ejer, medejer, ejerleder, indehaver, medindehaver, stifter, medstifter, grundlægger, medgrundlægger
            iværksætter, selvstændig erhvervsdrivende, virksomhedsejer, partner og ejer, eier, medeier, gründer
            innehaver, gründer og eier, daglig leder og eier, salonindehaver, restauratør
            selvstændig næringsdrivende, selvstendig næringsdrivende, direktør ejer, butiksejer, butiksindehaver
            skaber, købmand, etablerer, grunnlegger, forretningsindehaver""",
        "c_level general_management soft": """
            bestyrelsesformand, formand, næstformand, styreleder, styreformann, nestleder, kommunaldirektør
            generalsekretær, borgmester, ordfører, rådmann, fylkesmann, forbundsformand, formand for bestyrelsen
            landsformand, forretningsfører, rektor universitet, assosiert partner, formann, styrets leder
            formand for""",
        "vp": "vice president, vicepræsident, visepresident",
        "director": """
            -direktør, -vicedirektør, vicedirektør, afdelingsdirektør, avdelingsdirektør, underdirektør
            områdedirektør, kontordirektør, divisionsdirektør, sektordirektør, centerdirektør, divisjonsdirektør
            visedirektør, fagdirektør, styrelsesdirektør, forvaltningsdirektør""",
        "director general_management soft": """
            regionsdirektør, regionaldirektør, strategidirektør, country manager, forretningsudviklingsdirektør
            regiondirektør, landedirektør, forretningsdirektør, filialdirektør, fylkesdirektør, stabsdirektør""",
        "director finance": "økonomidirektør, finansdirektør, regnskabsdirektør",
        "director it": "it direktør, teknologidirektør, digitaliseringsdirektør, cio direktør",
        "director hr": "hr direktør, personaledirektør, personaldirektør",
        "director sales": """
            salgsdirektør, kommerciel direktør, kommersiell direktør, salgs og marketingdirektør, kundedirektør
            eksportdirektør""",
        "director marketing": "marketingdirektør, kommunikationsdirektør, markedsdirektør, kommunikasjonsdirektør",
        "director engineering": """
            teknisk direktør, udviklingsdirektør, forskningsdirektør, utviklingsdirektør, innovationsdirektør
            kvalitetsdirektør""",
        "director production": """
            produktionsdirektør, fabriksdirektør, driftsdirektør produktion, produksjonsdirektør, logistikdirektør""",
        "director purchasing": "indkøbsdirektør, innkjøpsdirektør",
        "director legal": "juridisk direktør, chefjurist, sjefsjurist",
        "director operations": """
            driftsdirektør, operationel direktør, servicedirektør, projektdirektør medium, prosjektdirektør medium""",
        "director other": """
            rektor, skoledirektør, ledende overlæge, institutdirektør, museumsdirektør, sygehusdirektør, cheflæge
            dekan, teaterdirektør, ledende sygeplejerske medium, prodekan, oversygeplejerske, politimester
            vicerektor, lensmann, art director, kreativ direktør, skoleleder, viceskoleleder, institutleder""",
        "manager": """
            chef, -chef, -sjef, sjef, -leder, leder, -ansvarlig, ansvarlig, -teamleder, teamleder, -gruppeleder
            gruppeleder, afdelingsleder, avdelingsleder, -formand weak, -mester weak, souschef, -bestyrer, bestyrer
            sektionsleder, sektionschef, seksjonsleder, seksjonssjef, -koordinerende leder, holdleder, skifteleder
            arbejdsleder, arbeidsleder, -manager, områdeleder, enhetsleder, daglig ansvarlig, faglig leder
            virksomhetsleder, teamchef, fagleder, funktionsleder, funktionschef, mellemleder, enhedsleder
            fagansvarlig, teamkoordinator, lagleder, fagchef, områdesjef, områdeansvarlig, lederansvar
            vakthavende leder, afdelingschef, -afdelingschef, avdelingssjef medium, stabschef, områdechef
            centerchef, divisionschef, ekspeditionschef, forvaltningschef, sektorsjef, etatsjef, enhedschef medium
            daglig leder medium""",
        "manager operations": """
            -projektleder medium, -prosjektleder medium, projektchef medium, prosjektsjef medium, programleder weak
            driftschef, driftssjef, driftsleder, servicechef, kundeservicechef, kundeserviceleder, kundechef service
            serviceleder, servicesjef, programleder it, projektansvarlig medium, prosjektansvarlig medium
            ejendomschef, ejendomsleder, sikkerhedschef, kundesenterleder, sikkerhetssjef, projekteringsleder
            prosjekteringsleder, hms leder, hms sjef, arbejdsmiljøchef, administrasjonssjef, driftsansvarlig
            butiksdriftschef, eiendomssjef, forvalter medium, serviceansvarlig, kundeserviceansvarlig""",
        "manager sales": """
            salgschef, -salgschef, salgssjef, salgsleder, -salgsleder, butikschef, butiksleder, butikksjef
            butiksbestyrer, kundechef, kundeansvarlig, key account manager, distriktschef, eksportchef, eksportsjef
            filialchef, filialbestyrer, salgsansvarlig, regionschef, regionschef salg, distriktssjef, regionsjef
            butikkleder, butiksansvarlig, regionssalgschef, afdelingsleder butik, varehuschef, account manager
            kundesjef, regionsleder, regional salgschef, regional salgssjef, storkundeansvarlig, eksportansvarlig
            kædechef, kategorichef, forretningsudviklingschef, nøglekundechef, salgs og marketingchef
            salgs og markedssjef, kundeansvarlig rådgiver, stationsleder, partneransvarlig, varehussjef
            butiksdirektør, souschef butik, distriktsleder, souschef i butik""",
        "manager marketing": """
            marketingansvarlig, kommunikationsansvarlig, markedsansvarlig, eventchef, webansvarlig, redaktionsleder
            kommunikationsleder, marketingleder, kampagneleder, informasjonsansvarlig, projektleder marketing
            redaktionssekretær chef, eventansvarlig, marketing ansvarlig, webredaktør chef, pr chef, pr sjef
            marketingchef, kommunikationschef, markedschef, markedssjef, marketingsjef, kommunikasjonssjef
            informasjonssjef, informationschef, pressechef, brandchef""",
        "manager production": """
            produktionsleder, produksjonsleder, lagerchef, lagersjef, -lagerleder, værkstedschef, verkstedsjef
            værkstedsleder, logistikansvarlig, transportchef, transportleder, vedligeholdschef, -værkfører
            værkmester, formand produktion, transportsjef, verkstedleder, lageransvarlig, produktionsansvarlig
            speditionschef, planlægningschef, vedligeholdsleder, driftsleder produktion, logistikleder
            logistikkleder, kørselsleder, flådechef, vedlikeholdsleder, skipper, skibsfører, formann, fabriksleder
            terminalchef, terminalleder, byggeleder, anleggsleder, entreprisechef, byggechef, entrepriseleder
            byggeprosjektleder, fabrikschef, fabrikksjef, produktionschef, produksjonssjef, logistikchef
            logistikksjef, supply chain chef, formand på byggeplads, souschef på lager""",
        "manager it": """
            it ansvarlig, it projektleder, it prosjektleder, it leder, systemansvarlig, it afdelingsleder
            udviklingsleder it, testleder, test manager, ikt ansvarlig, it driftsleder, it teamleder, systemejer
            it driftschef, teknisk projektleder medium, applikationsansvarlig, it chef, it sjef, digitaliseringschef
            ikt sjef, it udviklingschef, udviklingschef software""",
        "manager finance": """
            økonomiansvarlig, regnskabschef, regnskabsleder, regnskapssjef, regnskapsansvarlig, regnskabsansvarlig
            økonomileder, bankchef, banksjef, bogholderichef, kreditchef, controllerchef, kredittsjef, skattechef
            finansansvarlig, porteføljeforvalter, formueforvalter, økonomi ansvarlig, bankfilialdirektør
            assisterende banksjef, lønningsleder, skadechef, revisionschef, porteføljemanager, lønchef, økonomichef
            finanschef, økonomisjef, koncernøkonomichef, økonomi og administrationschef, økonomi og it chef
            finanssjef, økonomiansvarlig leder""",
        "manager hr": """
            personaleansvarlig, hr ansvarlig, rekrutteringschef, uddannelsesleder medium, personalansvarlig
            personaleleder, hr leder, kursusleder, hr manager, kompetencechef, rekrutteringsansvarlig
            uddannelsesansvarlig medium, hr chef, personalechef, personalsjef, hr sjef""",
        "manager purchasing": """
            indkøbsansvarlig, indkøbsleder, innkjøpsleder, innkjøpsansvarlig, category manager, udbudschef
            kategoriansvarlig, indkøbschef, innkjøpssjef""",
        "manager engineering": """
            laboratorieleder, udviklingsleder, utviklingsleder, konstruktionsleder, teknisk ansvarlig, teknisk leder
            chefingeniør, sjefsingeniør, laboratoriechef, projekteringschef, forskningsgruppeleder, designleder
            kvalitetsansvarlig, kvalitetsleder, produktchef, -produktchef, produktsjef, produktansvarlig
            produktleder, teknisk chef, udviklingschef, teknisk sjef, utviklingssjef, forskningschef, forskningssjef
            r&d chef, konstruktionschef, ingeniørchef, teknologichef, forskningsleder, innovationschef
            kvalitetschef, kvalitetssjef""",
        "manager legal": "compliancechef, compliance ansvarlig, juridisk chef, juridisk sjef",
        "manager other": """
            køkkenchef, kjøkkensjef, overlæge, afdelingssygeplejerske, afdelingssykepleier, avdelingssykepleier
            køkkenleder, pædagogisk leder, pedagogisk leder, institutionsleder, sfo leder, kaptajn, kaptein
            cheftræner, hovedtræner, hovedtrener, bærekraftssjef, bæredygtighedschef, bæredygtighedsansvarlig
            overlege, inspektør, studieleder, køkkenmester, afdelingsjordemoder, oversykepleier, politiinspektør
            uddannelsesleder, plejecenterleder, viceinspektør, vagtleder, fritidsleder, klubleder, børnehaveleder
            souschef institution, daginstitutionsleder, overtandlæge, souschef køkken, afdelingsleder skole
            kontorchef, kontorleder, administrationschef, administrationsleder, hotelchef, hotelldirektør
            restaurantchef, kontorsjef, receptionschef, administrativ leder, kantineleder medium, restaurantleder
            hotelldrift, chefredaktør, sjefredaktør, ansvarshavende chefredaktør, redaktionschef, uddannelseschef
            klinikchef, plejehjemsleder, styrer, barnehagestyrer, socialchef, børne og ungechef, biblioteksleder
            kulturchef, miljøchef, brannsjef, sundhedschef""",
        "c_level general_management seat": """
            bestyrelsesmedlem, medlem af bestyrelsen, styremedlem, medlem af direktionen, direktionsmedlem
            bestyrelsesmedlemmer, hovedbestyrelsesmedlem, medlem af hovedbestyrelsen""",
        "manager general_management soft": """
            landechef, forretningschef, landsjef, strategichef, forretningsområdechef, sekretariatschef
            divisjonssjef, kommunalchef, daglig chef, virksomhedsleder, strategisjef""",
        "c_level general_management partner": "partner",
    },
    roles={
        "finance": """
            -bogholder, -regnskabsmedarbejder, -revisor, -controller, -økonom, regnskabsassistent, regnskapsfører
            regnskabskonsulent, økonomimedarbejder, økonomiassistent, økonomikonsulent, bankrådgiver, bankassistent
            kasserer, kasserer bank, finansanalytiker, autoriseret revisor, statsautoriseret revisor
            registreret revisor, statsautorisert revisor, skatterådgiver, skattekonsulent, kreditanalytiker, aktuar
            regnskapsmedarbeider, økonomimedarbeider, regnskapskonsulent, revisorassistent, debitorbogholder
            kreditorbogholder, lønbogholder, finansrådgiver, formuerådgiver, kunderådgiver bank, privatrådgiver
            pensionsrådgiver, kreditrådgiver, skadebehandler, investor, investeringsrådgiver, finansiel rådgiver
            finansiell rådgiver, bankmedarbejder, bankfunksjonær, skadekonsulent, taksator, cand merc aud
            regnskabsfører, skadesbehandler, business controller, bogholderi, lønkonsulent, lønmedarbejder
            lønadministrator, lønningskonsulent, lønnsmedarbeider, lønspecialist, kunderådgiver i bank""",
        "it": """
            -udvikler medium, softwareudvikler, systemudvikler, webudvikler, -programmør, systemadministrator
            netværksadministrator, it konsulent, it supporter, it medarbejder, it arkitekt, it tekniker
            -datatekniker, utvikler, systemutvikler, softwareutvikler, webutvikler, programmerer, supporter medium
            it rådgiver, datalog, softwareingeniør, systemarkitekt, løsningsarkitekt, it specialist, systemkonsulent
            applikationskonsulent, dataanalytiker, it administrator, it sikkerhedskonsulent, systemtekniker
            supportkonsulent, it koordinator, -tester, testere, webmaster, frontendudvikler, backendudvikler
            datamatiker, netværkstekniker, ikt konsulent, ikt rådgiver, fullstackudvikler, databaseadministrator
            forretningsanalytiker, it projektkoordinator, it er, dataarkitekt, digitaliseringskonsulent
            dataingeniør, sap konsulent""",
        "marketing": """
            marketingkoordinator, marketingmedarbejder, kommunikationsmedarbejder, kommunikationskonsulent
            kommunikationsrådgiver, kommunikasjonsrådgiver, -tekstforfatter, pressemedarbejder, markedsfører
            informationsmedarbejder, presserådgiver, talsmand, eventkoordinator, marketingassistent, kommunikatør
            journalist kommunikation, marketingspecialist, marketingkonsulent, markedskonsulent
            informasjonsrådgiver, kommunikasjonsmedarbeider, informasjonskonsulent, mediekonsulent
            indholdsproducent, contentproducer, markedskoordinator, produktspecialist, markedsanalytiker
            pr konsulent, webredaktør""",
        "sales": """
            -sælger, sælger, selger, -selger, salgskonsulent, -salgskonsulent, salgsassistent, butiksassistent
            ekspedient, ejendomsmægler, -mægler medium, eiendomsmegler, megler medium, salgskoordinator
            salgsmedarbejder, -salgsrepræsentant, -repræsentant medium, salgsrepresentant, representant medium
            telefonsælger, forretningsudvikler, butikksmedarbeider, butikkmedarbeider, salgssupporter, salgsingeniør
            intern sælger, kørende sælger, kundekonsulent medium, distriktskonsulent, kassemedarbejder
            kasseassistent, salgsmedarbeider, teknisk sælger, bilsælger, rejsekonsulent, reisekonsulent
            handelsagent, kundemedarbejder medium, ordremedarbejder medium, butiksmedarbejder, salgssekretær
            salgsrådgiver, kasserer butik, salgsspecialist, account executive, teknisk salgskonsulent
            teknisk selger, utleiemegler, indendørs sælger, lægemiddelkonsulent, salgspromotor, direktesælger
            forsikringsrådgiver, forsikringsassurandør, assurandør, forsikringsmægler, forsikringskonsulent""",
        "operations": """
            projektkoordinator medium, projektmedarbejder medium, projektassistent medium
            prosjektmedarbeider medium, prosjektkoordinator medium, kundeservicemedarbejder, kundebehandler
            kundekonsulent, kundeservicemedarbeider, ejendomsfunktionær medium, kundesupporter, kundeserviceagent
            driftskoordinator, driftskonsulent, servicemedarbejder medium, serviceassistent medium
            servicekoordinator, sikkerhedskonsulent, arbejdsmiljøkonsulent, proceskonsulent, prosesskonsulent
            sentralbordmedarbeider, ejendomsinspektør, administrasjonskonsulent, teknisk servicemedarbejder
            teknisk serviceleder medium, procesmedarbejder, hms rådgiver, kunderådgiver, pedel medium
            vaktmester medium, vicevært medium""",
        "hr": """
            hr konsulent, hr partner, rekrutteringskonsulent, hr medarbejder, hr koordinator, -rekrutterer
            personalekonsulent, hr assistent, personalkonsulent, hr rådgiver, personalrådgiver, jobkonsulent
            karriererådgiver, hr business partner, personaleadministrator, kompetencekonsulent
            organisationskonsulent medium, uddannelseskonsulent medium, rekrutteringsrådgiver, hr specialist
            vikarkonsulent, jobcoach, beskæftigelseskonsulent, erhvervscoach, tillitsvalgt, tillidsrepræsentant
            fællestillidsmand, bemanningskonsulent""",
        "engineering": """
            -ingeniør medium, sivilingeniør, civilingeniør, -forsker, forsker, -konstruktør, -tekniker medium
            laborant, -laborant, -kemiker, kjemiker, -fysiker, -biolog, geolog, matematiker, -arkitekt weak
            bygningskonstruktør, maskiningeniør, elektroingeniør, bygningsingeniør, udviklingsingeniør
            teknisk designer, teknisk assistent, procesingeniør, diplomingeniør, statistiker medium
            laboratorietekniker, landinspektør, landmåler, produktudvikler, produktionsteknolog, procesteknolog
            bioanalytiker weak, akademiingeniør, senioringeniør, overingeniør, -videnskabsmand, postdoc
            kvalitetsingeniør, maskinmester, teknisk konsulent, teknisk rådgiver, projekteringsingeniør
            adjunkt forskning, lektor forskning, industriel designer, teknisk tegner, bioteknolog, cand polyt
            eksportingeniør, seniorforsker, forskningsassistent, forskningsmedarbejder, udviklingstekniker
            laboratoriemedarbejder, udviklingskonsulent weak, utviklingsingeniør, geofysiker, bioingeniør weak
            byggetekniker, miljøingeniør medium, energirådgiver medium, automatiker, kalkulatør, patentingeniør
            projektingeniør, prosjektingeniør, kvalitetstekniker, kvalitetsmedarbejder, kvalitetskonsulent
            kvalitetsrådgiver, kvalitetskoordinator, kvalitetskontrollør""",
        "legal": """
            -advokat, -jurist, advokatfuldmægtig, advokatfullmektig, dommer, anklager, sagfører
            databeskyttelsesrådgiver, dpo, juridisk rådgiver, juridisk konsulent, advokatsekretær, patentagent
            compliance officer, jurist, notar, statsadvokat, politiadvokat, dommerfuldmægtig, kurator konkurs
            personvernombud, juridisk sekretær, juridisk medarbejder, lagmann, cand jur, virksomhedsjurist
            juridisk medhjælper, stud jur juridisk medhjælper""",
        "purchasing": """
            -indkøber, -innkjøper, indkøbsassistent, strategisk indkøber, indkøbskoordinator, innkjøpskonsulent
            operationel indkøber, indkøbsmedarbejder, udbudskonsulent, disponent medium, innkjøpsmedarbeider
            indkøbskonsulent, innkjøper""",
        "production": """
            -chauffør, lastbilchauffør, -sjåfør, -operatør medium, -montør, -mekaniker, elektriker, -elektriker
            -smed, svejser, sveiser, rørlegger, blikkenslager, vvs montør, tømrer, snedker, snekker, murer
            maler medium, -arbejder medium, -arbeider medium, lagerarbejder, lagermedarbejder, lagermedarbeider
            truckfører, -fører weak, produktionsplanlægger, -planlægger medium, logistiker, -speditør
            fabriksarbejder, produktionsmedarbejder, produktionsmedarbeider, maskinoperatør, procesoperatør
            prosessoperatør, servicetekniker, servicemontør, -reparatør, postbud, buschauffør, bussjåfør
            kørselsdisponent, logistikkoordinator, logistikmedarbejder, transportdisponent, kranfører, maskinfører
            anleggsgartner weak, betonarbejder, struktør, klejnsmed, industritekniker, automekaniker, bilmekaniker
            taxichauffør, lokomotivfører, lokofører, togfører, chauffør, vedligeholdstekniker, industrimekaniker
            platearbeider, gulvlegger, glarmester, industrilakerer, trykker, skrædder, syerske, pakkeriarbejder
            kurér, budbringer, matros, styrmand, styrmann, maskinist, fisker medium, håndværker medium
            håndverker medium, shippingmedarbejder, speditionsassistent, disponent, driftsoperatør, elinstallatør
            elektrikermester, tømrermester medium, murermester medium, værktøjsmager, finmekaniker
            snedkermester medium, ordreplanlægger, materialeplanlægger, havnearbejder, arbejdsmand, arbejdskvinde
            møbelsnedker, mekaniker, logistikkplanlegger, produksjonsplanlegger, -planlegger medium
            transportkoordinator, vvs'er, vvser, driftstekniker""",
        "general_management": """
            strategikonsulent, -strateg medium, direktionskonsulent, bestyrelseskonsulent, politisk rådgiver weak""",
        "other": """
            -konsulent weak, -rådgiver weak, -medarbejder weak, -medarbeider weak, -specialist weak, spesialist weak
            -spesialist weak, -ekspert weak, -koordinator weak, -assistent weak, -analytiker weak, -konsulenter weak
            -funktionær weak, funktionær weak, -inspektør weak, ansat weak, ansatt weak, freelancer weak
            freelance weak, selvstændig weak, selvstendig weak, vikar weak, akademisk medarbejder
            specialkonsulent weak, chefkonsulent weak, seniorrådgiver weak, førstekonsulent weak
            seniorkonsulent weak, rådgiver weak, tjenestemand, embedsmand, offentligt ansat, -betjent weak
            -agent weak, -kontrollør weak, -hjælper weak, -coach weak, -vejleder weak, -veileder weak
            -instruktør weak, sekretariatsmedarbejder weak, -læge, -lege, -sygeplejerske, sygeplejerske, -sykepleier
            sykepleier, sosu assistent, social og sundhedsassistent, social og sundhedshjælper, sosu hjælper
            -tandlæge, tannlege, tandplejer, tannpleier, -klinikassistent, jordemoder, jordmor, -farmaceut, apoteker
            farmakonom, -fysioterapeut, -psykolog, psykiater, -terapeut, ergoterapeut, dyrlæge, veterinær, diætist
            kostvejleder, kiropraktor, optiker, optometrist, zoneterapeut, massør, akupunktør, fodterapeut
            lægesekretær, helsefagarbeider, hjelpepleier, omsorgsarbeider, portør, plejer, -pleier, vernepleier
            bioanalytiker, radiograf, kirurg, -kirurg, behandler, kosmetolog, kosmetiker, ambulancebehandler
            paramediciner, plejehjemsassistent, audiolog, hjemmehjælper, -lærer, -pædagog, -pedagog, førskolelærer
            barnehagelærer, -lektor, førstelektor, førsteamanuensis, -professor, adjunkt, -docent, pædagogmedhjælper
            dagplejer, -gymnasielærer, skolelærer, folkeskolelærer, studievejleder, uddannelsesvejleder
            undervisningsassistent, ekstern lektor, amanuensis, universitetslektor, barne og ungdomsarbeider
            musiklærer, idrætslærer, kørelærer, sfo pædagog, socialrådgiver, sosionom, familievejleder
            barnevernspedagog, miljøterapeut, støttepædagog, socialpædagog, miljøarbeider, bibliotekar, arkivar
            oversætter, oversetter, tolk, translatør, -journalist, reporter, -forfatter, forfatter, kunstner
            -musiker, musiker, sanger, -skuespiller, danser, -instruktør film, -producent weak, produsent weak
            komponist, organist, kirketjener, kordegn, historiker, museumsinspektør, kok, -kok, kokk, tjener
            bartender, bager, baker, konditor, slagter, slakter, frisør, stylist, florist, blomsterdekoratør
            hjemmegående, au pair, servitør, servitrice, opvasker, køkkenmedhjælper, køkkenassistent
            ernæringsassistent, økonoma, barista, cateringmedarbejder, smørrebrødsjomfru, stuepige, husmor, gartner
            -gartner, landmand, landbruger, bonde, gårdbruker, skovarbejder, skovrider, skovfoged, agronom
            landskabsarkitekt weak, politibetjent, politimand, politi, brandmand, brannmann, soldat, officer
            militær, vagt, vægter, vekter, sikkerhedsvagt, dørmand, toldassistent, fængselsbetjent, -pilot, pilot
            stewardesse, kabinepersonale, flyvertinde, sømand, politiker, folketingsmedlem, stortingsrepresentant
            byrådsmedlem, kommunalpolitiker, diplomat, præst, prest, sognepræst, diakon, frivillig, arbejdssøgende
            arbejdsløs, arbejdsledig, jobsøgende, jobsøker, arbeidssøker, ledig, mellem jobs, på barsel
            idrætsudøver, fodboldspiller, fotballspiller, personlig træner, fitnessinstruktør, -træner, træner
            -trener, guide, rejseleder, indretningsarkitekt, interiørarkitekt, indretningskonsulent, guldsmed
            byplanlægger, arkeolog, antropolog, sociolog, miljøkonsulent, miljøtekniker, biolog miljø
            vurderingsmand medium, klimakonsulent, foredragsholder, livscoach, mentor, ordstyrer, dommer sport
            bedemand, dyrepasser, dyreplejer, yogalærer, skolesekretær, cand mag weak, cand scient weak
            cand merc weak, cand soc weak, hjemmeværnsmand, sergent, major, -administrator weak
            kontorassistent weak, kontormedarbejder weak, administrativ medarbejder weak, rengøringsassistent medium
            receptionist medium, sagsbehandler weak, administrativ assistent weak, administrationsmedarbejder weak
            overassistent, kontorfunktionær weak, saksbehandler weak, renholder medium, administrativ konsulent weak
            administrativ koordinator weak, kontorfuldmægtig weak, resepsjonist medium, ejendomsadministrator weak
            kontormedarbeider weak, administrationskoordinator weak, grafiker, -grafiker, grafisk designer
            -fotograf, -redaktør, -designer medium, mediegrafiker, reklamefotograf, dekoratør, videoproducent
            videograf, illustrator, tegner medium, videoredigerer, web designer, ledelseskonsulent, fuldmægtig
            underviser, på udkig efter nye udfordringer, søger nye udfordringer, på udkig efter nyt job""",
    },
    fields={
        "finance": """
            økonomi*, finans*, regnskab*, regnskap*, bogføring*, skatte* medium, skat medium, revision*, bank*
            forsikring* medium, kredit* medium, controlling, investering*, budget*, inkasso*, debitor*, kreditor*
            faktura*, formue*, pension* medium, risiko* medium, risk medium, realkredit*, skade* medium
            kapital* medium, leasing weak, boliglån medium, løn medium, lønn medium""",
        "it": """
            it, data* medium, system* medium, netværk* medium, nettverk* medium, software*, digital* weak
            digitalisering* medium, web* medium, informationsteknologi, it sikkerhed, it drift, it udvikling
            applikation* medium, infrastruktur* medium, ikt, edb, cyber*, programmering*, telekommunikation* medium
            internet* medium, informasjonssikkerhet, informationssikkerhed, kunstig intelligens""",
        "marketing": """
            marketing*, markedsføring*, kommunikation*, kommunikasjon*, marked* weak, reklame*, medie* medium
            presse* medium, event* medium, brand*, pr, information* weak, informasjon* weak, grafisk* medium
            content medium, indhold* medium, sociale medier, redaktion* medium, kampagne*, arrangement* medium
            design* weak, mode weak, samfundskontakt medium, e handel* medium, public affairs medium
            samfunnskontakt medium, forlag* weak, udstilling* medium""",
        "sales": """
            salg*, salgs*, kunde* weak, eksport* medium, butik* medium, butikk* medium, detail* medium
            detailhandel* medium, kommerciel* medium, kommersiell* medium, forretningsudvikling*
            forretningsutvikling*, handel* medium, account*, erhverv* weak, næringsliv* weak, varehandel medium
            forretning* weak, ejendomsmægler*, engros* medium, partner* medium, nøglekunde*, indkøb og salg
            eftermarked* medium, tilbud* medium, ordre* medium, varehus* medium, storkunde*, bilsalg, kørende weak
            b2b weak, reise* weak, rejse* weak""",
        "operations": """
            drift* medium, projekt* weak, prosjekt* weak, service* weak, kundeservice* medium, ejendom* weak
            eiendom* weak, proces* weak, prosess* weak, sikkerhed* weak, sikkerhet* weak, arbejdsmiljø* medium
            hms* medium, support* weak, byggeri* weak, bygge* weak, bygning* weak, facility* medium
            kundesenter medium, operationel* weak, anlæg* weak, anlegg* weak, organisation* weak, organisasjon* weak
            entreprise* weak, facilities* medium, program* weak, stab* weak, forvaltning* weak, lean* weak
            kvalitet og miljø weak, forandringsledelse medium""",
        "hr": """
            personale*, personal* medium, rekruttering*, uddannelse* medium, opplæring* medium, kompetence* medium
            kompetanse* medium, kursus* medium, talent* medium, hr, human*, arbejdsmarked* medium
            lederudvikling medium, organisationsudvikling medium, organisasjonsutvikling medium, vikar* medium
            bemanning* medium, medarbejderudvikling, trivsel weak, learning""",
        "engineering": """
            udvikling* medium, utvikling* medium, teknik* medium, teknikk* medium, teknisk* weak
            konstruktion* medium, konstruksjon* medium, forskning*, forskning og udvikling, forskning og utvikling
            f&u, fou, laboratorie* medium, laboratorium medium, ingeniør* medium, elektro* weak, elektronik* medium
            mekanik* medium, innovation* medium, innovasjon* medium, produktudvikling*, produktutvikling*
            energi* weak, maskin* weak, vvs weak, kemi* weak, automation* medium, automasjon* medium, prøve* weak
            test* weak, bioteknologi medium, kliniske forsøg medium, beregning* medium, patent* medium
            naturvidenskab* medium, projektering* medium, prosjektering* medium, robot* medium, kvalitet* medium
            produkt* weak""",
        "legal": """
            juridisk*, jura, juss, ret medium, rets*, compliance, kontrakt* medium, databeskyttelse*, personvern*
            lovgivning medium, advokat*, selskabsret, persondata*, udbudsret, regulatory medium""",
        "purchasing": """
            indkøb*, innkjøp*, leverandør* medium, sourcing, procurement, udbud* medium, anskaffelse* medium
            forsyning* weak, kategori* medium, anskaffelser""",
        "production": """
            produktion*, produksjon*, logistik*, logistikk*, lager*, vedligehold* medium, vedlikehold* medium
            transport*, fabrik* medium, fabrikk* medium, montage* medium, montering* medium, værksted* medium
            verksted* medium, planlægning* weak, spedition*, distribution* medium, supply* medium, forsyningskæde*
            industri* weak, pakkeri* medium, materiale* weak, terminal* medium, import* medium, trafik* weak
            trafikk* weak, shipping*, told* medium, planlegging* weak, skib* weak, skips* weak, offshore weak
            kørsel* medium, flåde* medium, jernbane* weak, havn* weak, autoværksted medium""",
        "general_management": """
            strategi* medium, strategisk* weak, koncern* weak, konsern* weak, forretningsområde* weak
            virksomhed* weak, virksomhets* weak, division* weak, divisjon* weak, region* weak, lande weak
            ledelsessekretariat weak""",
        "other": """
            pleje* medium, sundhed* weak, helse* weak, skole* weak, undervisning* medium, sygehus* weak
            sykehus* weak, hospital* weak, klinik* weak, klinikk* weak, miljø* weak, bæredygtighed* medium
            bærekraft* medium, kultur* weak, fritid* medium, idræt* weak, idrett* weak, turisme weak
            restaurant* weak, køkken* medium, kjøkken* medium, kirke* weak, social* weak, sosial* weak, børn* weak
            børne* weak, barne* weak, ungdom* medium, børnehave* medium, vuggestue medium, landbrug* medium
            landbruk* medium, skov* weak, have weak, kunst* weak, musik* medium, musikk* medium, teater* medium
            museum* weak, bibliotek* medium, politi* medium, kommune* weak, forening* weak, pædagogisk* medium
            pedagogisk* medium, lægelig* medium, medicin* weak, medisinsk* weak, handicap* medium, ældre* medium
            velfærd* medium, kantine* medium, hotel* weak, hotell* weak, klima* medium, natur* weak
            beredskab* medium, dyre* weak, sport* weak, sproglig weak, psykiatri* medium, studie* weak
            byudvikling medium, planafdeling weak, administration* weak, administrasjon* weak, administrativ* weak
            kontor* weak, reception* weak, sekretariat* weak""",
    },
    bodies={
        "c_level general_management soft": """
            direktion, direktionen, bestyrelse, bestyrelsen, koncernledelse, ledergruppe, konsernledelse, topledelse
            styret""",
        "manager": "ledelse, teamledelse, lederstilling",
    },
    marks={
        "assistant": """
            -sekretær, sekretær, direktionssekretær, direktionsassistent, chefsekretær, personlig assistent
            direktørassistent, assistent for, assistent til, ledelsessekretær, ledelsesassistent
            direktionskoordinator, lederassistent, pa assistent, direksjonssekretær, bestyrelsessekretær""",
        "past": """
            tidligere, fhv, forhenværende, pensioneret, pensjonert, pensionist, pensjonist, folkepensionist
            førtidspensionist, efterlønner, efterlønsmodtager, tidl, emeritus, ex, eks, fratrådt, afgået
            på efterløn, på pension, ufør, afgående""",
        "now": "nu, nuværende, nåværende, i dag",
        "junior": """
            praktikant, -praktikant, lærling, -lærling, trainee, -trainee, ph d studerende, phd studerende
            stipendiat, phd stipendiat, studiemedhjælper, læregutt, specialestuderende, nyuddannet, turnuslege
            turnuslæge, kandidat weak, kommende, voksenlærling, ungarbejder, piccolo, doktorgradsstipendiat
            stud med, stud jur, stud merc, studmerc, stud polyt, nyutdannet, aspirant, elev, -elev, gymnasieelev
            -studentermedhjælper, studentermedarbejder""",
        "deputy": """
            vice, konst, konstitueret, konstituert, fungerende, fung, stedfortrædende, stedfortræder, assisterende
            ass, nest, interim, midlertidig, vikarierende, vicedirektør for""",
        "prep": """
            for, i, på, af, av, til, med, fra, ved, inden for, innen, under, over, mod, om, hos kunden, indenfor""",
        "article": "en, et, den, det, min, vores, egen",
        "and": "og, samt, eller",
        "cut": "hos",
        "noise": """
            senior, junior, danmark, norge, norden, nordisk, nordics, global, national, international, nasjonal
            internasjonal, syd, nord, øst, vest, københavn, aarhus, oslo, bergen, sjælland, jylland, fyn, aps, a s
            afdeling, avdeling, team, gruppe, enhed, enhet, europa, stor, første, anden, annen, ekstern, intern
            eksterne, interne, fuldtid, deltid, område, distrikt, daglig, dansk, norsk, aut, autoriseret, autorisert
            certificeret, uddannet, exam, cand, mag, selskab, firma, egen, eget, diverse, almen, alm, privat
            offentlig, privatansat, overordnet, ansvar, hoved, hovedstaden, midtjylland, landsdækkende, ass, faglig
            faglært, ufaglært, øverste, virksomheden, fag, amba, i/s, ivs, regional, lokal, central, lands
            sekretariatet""",
        "pupil": "student, studerende, -studerende, stud, kandidatstuderende, bachelorstuderende",
        "member": "medlem",
    },
)
