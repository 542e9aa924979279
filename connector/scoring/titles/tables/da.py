"""Danish words of job titles, Norwegian forms beside them. Data only; the notation stands in `notation`."""

from connector.scoring.titles.tables.notation import Table

TABLE = Table(
    language="Danish",
    ranks={
        "c_level general_management": """
            adm direktør, administrerende direktør, adm dir, administrerende dir, koncernchef, koncerndirektør
            koncernsjef, adm direktor, daglig leder, viceadministrerende direktør, generaldirektør
            ordførende direktør, direktør og ejer, konsernsjef, konserndirektør, konsernleder, adm partner
            vice adm direktør, viceadm direktør, direktør og indehaver, administrerende partner""",
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
            afdelingschef, -afdelingschef, avdelingssjef medium, områdedirektør, kontordirektør, divisionsdirektør
            stabschef, områdechef, sektordirektør, centerchef, centerdirektør, divisionschef, divisjonsdirektør
            visedirektør, fagdirektør, ekspeditionschef, styrelsesdirektør, forvaltningschef, sektorsjef
            forvaltningsdirektør, etatsjef, enhedschef medium""",
        "director general_management soft": """
            landechef, forretningschef, regionsdirektør, regionaldirektør, landsjef, strategichef
            forretningsområdechef, strategidirektør, country manager, sekretariatschef, divisjonssjef
            forretningsudviklingsdirektør, regiondirektør, landedirektør, kommunalchef, daglig chef
            virksomhedsleder, forretningsdirektør, strategisjef, filialdirektør, fylkesdirektør, stabsdirektør""",
        "director finance": """
            økonomidirektør, økonomichef, finansdirektør, finanschef, økonomisjef, regnskabsdirektør
            koncernøkonomichef, økonomi og administrationschef, økonomi og it chef, finanssjef
            økonomiansvarlig leder""",
        "director it": """
            it chef, it direktør, it sjef, digitaliseringschef, teknologidirektør, ikt sjef, digitaliseringsdirektør
            it udviklingschef, cio direktør""",
        "director hr": """
            hr chef, hr direktør, personalechef, personaledirektør, personalsjef, hr sjef, personaldirektør""",
        "director sales": """
            salgsdirektør, kommerciel direktør, kommersiell direktør, salgs og marketingdirektør, kundedirektør
            eksportdirektør""",
        "director marketing": """
            marketingdirektør, marketingchef, kommunikationschef, kommunikationsdirektør, markedsdirektør
            markedschef, markedssjef, marketingsjef, kommunikasjonssjef, kommunikasjonsdirektør, chefredaktør
            sjefredaktør, ansvarshavende chefredaktør, art director, pressechef, informasjonssjef, informationschef
            redaktionschef, kreativ direktør""",
        "director engineering": """
            teknisk chef, teknisk direktør, udviklingschef, udviklingsdirektør, teknisk sjef, utviklingssjef
            forskningschef, forskningssjef, forskningsdirektør, r&d chef, konstruktionschef, utviklingsdirektør
            ingeniørchef, teknologichef, forskningsleder, innovationschef, innovationsdirektør""",
        "director production": """
            produktionsdirektør, fabrikschef, fabriksdirektør, fabrikksjef, produktionschef, produksjonssjef
            logistikchef, logistikksjef, kvalitetschef, kvalitetssjef, supply chain chef, driftsdirektør produktion
            kvalitetsdirektør, produksjonsdirektør, logistikdirektør""",
        "director purchasing": "indkøbsdirektør, indkøbschef, innkjøpssjef, innkjøpsdirektør",
        "director legal": "juridisk direktør, juridisk chef, chefjurist, sjefsjurist, juridisk sjef",
        "director operations": """
            driftsdirektør, operationel direktør, servicedirektør, projektdirektør medium, prosjektdirektør medium""",
        "director other": """
            rektor, skoleleder, skoledirektør, viceskoleleder, uddannelseschef, ledende overlæge, institutleder
            institutdirektør, museumsdirektør, klinikchef, sygehusdirektør, cheflæge, børnehaveleder
            plejehjemsleder, dekan, styrer, barnehagestyrer, socialchef, børne og ungechef, teaterdirektør
            biblioteksleder, kulturchef, miljøchef, ledende sygeplejerske medium, prodekan, oversygeplejerske
            brandchef, brannsjef, politimester, sundhedschef, vicerektor, lensmann""",
        "manager": """
            chef, -chef, -sjef, sjef, -leder, leder, -ansvarlig, ansvarlig, -teamleder, teamleder, -gruppeleder
            gruppeleder, afdelingsleder, avdelingsleder, -formand weak, -mester weak, souschef, -bestyrer, bestyrer
            sektionsleder, sektionschef, seksjonsleder, seksjonssjef, -koordinerende leder, holdleder, skifteleder
            arbejdsleder, arbeidsleder, -manager, områdeleder, enhetsleder, daglig ansvarlig, faglig leder
            virksomhetsleder, teamchef, fagleder, funktionsleder, funktionschef, mellemleder, enhedsleder
            fagansvarlig, teamkoordinator, lagleder, fagchef, områdesjef, områdeansvarlig, lederansvar
            vakthavende leder""",
        "manager operations": """
            -projektleder medium, -prosjektleder medium, projektchef medium, prosjektsjef medium, programleder weak
            kontorchef, kontorleder, driftschef, driftssjef, driftsleder, servicechef, kundeservicechef
            kundeserviceleder, kundechef service, serviceleder, servicesjef, byggeleder, anleggsleder
            entreprisechef, administrationschef, administrationsleder, hotelchef, hotelldirektør, restaurantchef
            programleder it, projektansvarlig medium, kontorsjef, prosjektansvarlig medium, ejendomschef
            ejendomsleder, byggechef, receptionschef, sikkerhedschef, kundesenterleder, sikkerhetssjef
            projekteringsleder, prosjekteringsleder, hms leder, hms sjef, arbejdsmiljøchef, administrasjonssjef
            administrativ leder, driftsansvarlig, butiksdriftschef, entrepriseleder, eiendomssjef
            kantineleder medium, byggeprosjektleder, forvalter medium, restaurantleder, hotelldrift
            serviceansvarlig, kundeserviceansvarlig""",
        "manager sales": """
            salgschef, -salgschef, salgssjef, salgsleder, -salgsleder, butikschef, butiksleder, butikksjef
            butiksbestyrer, kundechef, kundeansvarlig, key account manager, distriktschef, eksportchef, eksportsjef
            filialchef, filialbestyrer, salgsansvarlig, regionschef, regionschef salg, distriktssjef, regionsjef
            butikkleder, butiksansvarlig, regionssalgschef, afdelingsleder butik, varehuschef, account manager
            kundesjef, regionsleder, regional salgschef, regional salgssjef, storkundeansvarlig, eksportansvarlig
            kædechef, kategorichef, forretningsudviklingschef, nøglekundechef, salgs og marketingchef
            salgs og markedssjef, kundeansvarlig rådgiver, stationsleder, partneransvarlig, varehussjef
            butiksdirektør, souschef butik""",
        "manager marketing": """
            produktchef, -produktchef, produktsjef, marketingansvarlig, kommunikationsansvarlig, markedsansvarlig
            brandchef, produktansvarlig, eventchef, webansvarlig, redaktionsleder, kommunikationsleder
            marketingleder, kampagneleder, produktleder, informasjonsansvarlig, projektleder marketing
            redaktionssekretær chef, eventansvarlig, marketing ansvarlig, webredaktør chef, pr chef, pr sjef""",
        "manager production": """
            produktionsleder, produksjonsleder, lagerchef, lagersjef, -lagerleder, værkstedschef, verkstedsjef
            værkstedsleder, kvalitetsansvarlig, logistikansvarlig, transportchef, transportleder, vedligeholdschef
            -værkfører, værkmester, kvalitetsleder, formand produktion, transportsjef, verkstedleder, lageransvarlig
            produktionsansvarlig, speditionschef, planlægningschef, vedligeholdsleder, driftsleder produktion
            logistikleder, logistikkleder, kørselsleder, flådechef, vedlikeholdsleder, skipper, skibsfører, formann
            fabriksleder, terminalchef, terminalleder""",
        "manager it": """
            it ansvarlig, it projektleder, it prosjektleder, it leder, systemansvarlig, it afdelingsleder
            udviklingsleder it, testleder, test manager, ikt ansvarlig, it driftsleder, it teamleder, systemejer
            it driftschef, teknisk projektleder medium, applikationsansvarlig""",
        "manager finance": """
            økonomiansvarlig, regnskabschef, regnskabsleder, regnskapssjef, regnskapsansvarlig, regnskabsansvarlig
            økonomileder, bankchef, banksjef, bogholderichef, kreditchef, controllerchef, kredittsjef, skattechef
            finansansvarlig, porteføljeforvalter, formueforvalter, økonomi ansvarlig, bankfilialdirektør
            assisterende banksjef, lønningsleder, skadechef, revisionschef, porteføljemanager""",
        "manager hr": """
            personaleansvarlig, hr ansvarlig, rekrutteringschef, lønchef, uddannelsesleder medium, personalansvarlig
            personaleleder, hr leder, kursusleder, hr manager, kompetencechef, rekrutteringsansvarlig
            uddannelsesansvarlig medium""",
        "manager purchasing": """
            indkøbsansvarlig, indkøbsleder, innkjøpsleder, innkjøpsansvarlig, category manager, udbudschef
            kategoriansvarlig""",
        "manager engineering": """
            laboratorieleder, udviklingsleder, utviklingsleder, konstruktionsleder, teknisk ansvarlig, teknisk leder
            chefingeniør, sjefsingeniør, laboratoriechef, projekteringschef, forskningsgruppeleder, designleder""",
        "manager legal": "compliancechef, compliance ansvarlig",
        "manager other": """
            køkkenchef, kjøkkensjef, overlæge, afdelingssygeplejerske, afdelingssykepleier, avdelingssykepleier
            køkkenleder, pædagogisk leder, pedagogisk leder, institutionsleder, sfo leder, kaptajn, kaptein
            cheftræner, hovedtræner, hovedtrener, bærekraftssjef, bæredygtighedschef, bæredygtighedsansvarlig
            overlege, inspektør, studieleder, køkkenmester, afdelingsjordemoder, oversykepleier, politiinspektør
            uddannelsesleder, plejecenterleder, viceinspektør, vagtleder, fritidsleder, klubleder, børnehaveleder
            souschef institution, daginstitutionsleder, overtandlæge, souschef køkken, afdelingsleder skole""",
        "c_level general_management seat": """
            bestyrelsesmedlem, medlem af bestyrelsen, styremedlem, medlem af direktionen, direktionsmedlem
            bestyrelsesmedlemmer, hovedbestyrelsesmedlem, medlem af hovedbestyrelsen, partner""",
    },
    roles={
        "finance": """
            -bogholder, -regnskabsmedarbejder, -revisor, -controller, -økonom, regnskabsassistent, regnskapsfører
            regnskabskonsulent, økonomimedarbejder, økonomiassistent, økonomikonsulent, bankrådgiver, bankassistent
            kasserer, kasserer bank, finansanalytiker, autoriseret revisor, statsautoriseret revisor
            registreret revisor, statsautorisert revisor, skatterådgiver, skattekonsulent, forsikringsrådgiver
            forsikringsassurandør, assurandør, forsikringsmægler, kreditanalytiker, aktuar, regnskapsmedarbeider
            økonomimedarbeider, regnskapskonsulent, revisorassistent, debitorbogholder, kreditorbogholder
            lønbogholder, finansrådgiver, formuerådgiver, kunderådgiver bank, privatrådgiver, pensionsrådgiver
            kreditrådgiver, skadebehandler, investor, investeringsrådgiver, finansiel rådgiver, finansiell rådgiver
            bankmedarbejder, bankfunksjonær, skadekonsulent, taksator, cand merc aud, regnskabsfører
            skadesbehandler, forsikringskonsulent, business controller, bogholderi""",
        "it": """
            -udvikler medium, softwareudvikler, systemudvikler, webudvikler, -programmør, systemadministrator
            netværksadministrator, it konsulent, it supporter, it medarbejder, it arkitekt, it tekniker
            -datatekniker, utvikler, systemutvikler, softwareutvikler, webutvikler, programmerer, supporter medium
            it rådgiver, datalog, softwareingeniør, systemarkitekt, løsningsarkitekt, it specialist, systemkonsulent
            applikationskonsulent, dataanalytiker, it administrator, it sikkerhedskonsulent, systemtekniker
            supportkonsulent, it koordinator, -tester, testere, webmaster, web designer, frontendudvikler
            backendudvikler, datamatiker, netværkstekniker, ikt konsulent, driftstekniker medium, ikt rådgiver
            fullstackudvikler, databaseadministrator, forretningsanalytiker, it projektkoordinator, it er
            dataarkitekt, digitaliseringskonsulent, dataingeniør, sap konsulent""",
        "marketing": """
            marketingkoordinator, marketingmedarbejder, kommunikationsmedarbejder, kommunikationskonsulent
            kommunikationsrådgiver, kommunikasjonsrådgiver, -tekstforfatter, grafiker, -grafiker, grafisk designer
            -fotograf, -redaktør, webredaktør, pressemedarbejder, markedsfører, informationsmedarbejder
            -designer medium, presserådgiver, talsmand, eventkoordinator, marketingassistent, kommunikatør
            journalist kommunikation, marketingspecialist, marketingkonsulent, markedskonsulent
            informasjonsrådgiver, kommunikasjonsmedarbeider, informasjonskonsulent, mediekonsulent, mediegrafiker
            reklamefotograf, dekoratør, indholdsproducent, contentproducer, videoproducent, videograf
            markedskoordinator, illustrator, produktspecialist, tegner medium, markedsanalytiker, videoredigerer
            pr konsulent""",
        "sales": """
            -sælger, sælger, selger, -selger, salgskonsulent, -salgskonsulent, salgsassistent, butiksassistent
            ekspedient, ejendomsmægler, -mægler medium, eiendomsmegler, megler medium, kunderådgiver
            salgskoordinator, salgsmedarbejder, -salgsrepræsentant, -repræsentant medium, salgsrepresentant
            representant medium, telefonsælger, forretningsudvikler, butikksmedarbeider, butikkmedarbeider
            salgssupporter, salgsingeniør, intern sælger, kørende sælger, kundekonsulent medium, distriktskonsulent
            kassemedarbejder, kasseassistent, salgsmedarbeider, teknisk sælger, bilsælger, rejsekonsulent
            reisekonsulent, handelsagent, kundemedarbejder medium, ordremedarbejder medium, butiksmedarbejder
            salgssekretær, salgsrådgiver, kasserer butik, salgsspecialist, account executive, teknisk salgskonsulent
            teknisk selger, utleiemegler, indendørs sælger, lægemiddelkonsulent, salgspromotor, direktesælger""",
        "operations": """
            projektkoordinator medium, projektmedarbejder medium, projektassistent medium
            prosjektmedarbeider medium, prosjektkoordinator medium, kundeservicemedarbejder, kundebehandler
            kundekonsulent, -administrator medium, kontorassistent, kontormedarbejder, administrativ medarbejder
            pedel medium, rengøringsassistent medium, receptionist medium, sagsbehandler medium
            administrativ assistent, administrationsmedarbejder, overassistent, kontorfunktionær
            kundeservicemedarbeider, saksbehandler medium, vaktmester medium, vicevært medium
            ejendomsfunktionær medium, renholder medium, administrativ konsulent, kundesupporter
            administrativ koordinator, kontorfuldmægtig, kundeserviceagent, driftskoordinator, driftskonsulent
            servicemedarbejder medium, serviceassistent medium, servicekoordinator, resepsjonist medium
            sikkerhedskonsulent, arbejdsmiljøkonsulent, proceskonsulent, prosesskonsulent, sentralbordmedarbeider
            ejendomsadministrator, ejendomsinspektør, administrasjonskonsulent, kontormedarbeider
            administrationskoordinator, teknisk servicemedarbejder, teknisk serviceleder medium, procesmedarbejder
            hms rådgiver""",
        "hr": """
            hr konsulent, hr partner, rekrutteringskonsulent, lønkonsulent, lønmedarbejder, lønbogholder
            hr medarbejder, hr koordinator, -rekrutterer, personalekonsulent, -underviser medium, hr assistent
            personalkonsulent, hr rådgiver, personalrådgiver, jobkonsulent, karriererådgiver, lønadministrator
            lønningskonsulent, hr business partner, personaleadministrator, kompetencekonsulent
            organisationskonsulent medium, uddannelseskonsulent medium, lønnsmedarbeider, rekrutteringsrådgiver
            hr specialist, vikarkonsulent, jobcoach, beskæftigelseskonsulent, erhvervscoach, tillitsvalgt
            tillidsrepræsentant, fællestillidsmand, bemanningskonsulent""",
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
            projektingeniør, prosjektingeniør""",
        "legal": """
            -advokat, -jurist, advokatfuldmægtig, advokatfullmektig, dommer, anklager, sagfører
            databeskyttelsesrådgiver, dpo, juridisk rådgiver, juridisk konsulent, advokatsekretær, patentagent
            compliance officer, jurist, notar, statsadvokat, politiadvokat, dommerfuldmægtig, fuldmægtig medium
            kurator konkurs, personvernombud, juridisk sekretær, juridisk medarbejder, lagmann, cand jur
            virksomhedsjurist""",
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
            prosessoperatør, kvalitetstekniker, kvalitetsmedarbejder, servicetekniker, servicemontør, -reparatør
            postbud, buschauffør, bussjåfør, kørselsdisponent, logistikkoordinator, logistikmedarbejder
            transportdisponent, kranfører, maskinfører, anleggsgartner weak, betonarbejder, struktør, klejnsmed
            industritekniker, automekaniker, bilmekaniker, taxichauffør, lokomotivfører, lokofører, togfører
            chauffør, kvalitetskonsulent, kvalitetsrådgiver, kvalitetskoordinator, vedligeholdstekniker
            industrimekaniker, platearbeider, gulvlegger, glarmester, industrilakerer, trykker, skrædder, syerske
            pakkeriarbejder, kurér, budbringer, matros, styrmand, styrmann, maskinist, fisker medium
            håndværker medium, håndverker medium, shippingmedarbejder, speditionsassistent, disponent
            driftsoperatør, elinstallatør, elektrikermester, tømrermester medium, murermester medium, værktøjsmager
            finmekaniker, snedkermester medium, kvalitetskontrollør, ordreplanlægger, materialeplanlægger
            havnearbejder, arbejdsmand, arbejdskvinde, møbelsnedker, mekaniker, logistikkplanlegger
            produksjonsplanlegger, -planlegger medium, transportkoordinator""",
        "general_management": """
            strategikonsulent, -strateg medium, direktionskonsulent, ledelseskonsulent weak, bestyrelseskonsulent
            politisk rådgiver weak""",
        "other": """
            -konsulent weak, -rådgiver weak, -medarbejder weak, -medarbeider weak, -specialist weak, spesialist weak
            -spesialist weak, -ekspert weak, -koordinator weak, -assistent weak, -analytiker weak, -konsulenter weak
            -funktionær weak, funktionær weak, -inspektør weak, ansat weak, ansatt weak, freelancer weak
            freelance weak, selvstændig weak, selvstendig weak, medlem weak, vikar weak, akademisk medarbejder
            fuldmægtig, specialkonsulent weak, chefkonsulent weak, seniorrådgiver weak, førstekonsulent weak
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
            cand merc weak, cand soc weak, hjemmeværnsmand, sergent, major""",
    },
    fields={
        "finance": """
            økonomi*, finans*, regnskab*, regnskap*, bogføring*, skatte* medium, skat medium, revision*, bank*
            forsikring* medium, kredit* medium, controlling, investering*, budget*, inkasso*, debitor*, kreditor*
            faktura*, formue*, pension* medium, risiko* medium, risk medium, realkredit*, skade* medium
            kapital* medium, leasing weak, boliglån medium""",
        "it": """
            it, data* medium, system* medium, netværk* medium, nettverk* medium, software*, digital* weak
            digitalisering* medium, web* medium, informationsteknologi, it sikkerhed, it drift, it udvikling
            applikation* medium, infrastruktur* medium, ikt, edb, cyber*, programmering*, telekommunikation* medium
            internet* medium, informasjonssikkerhet, informationssikkerhed, kunstig intelligens""",
        "marketing": """
            marketing*, markedsføring*, kommunikation*, kommunikasjon*, marked* weak, reklame*, medie* medium
            presse* medium, event* medium, brand*, produkt* weak, pr, information* weak, informasjon* weak
            grafisk* medium, content medium, indhold* medium, sociale medier, redaktion* medium, kampagne*
            arrangement* medium, design* weak, mode weak, samfundskontakt medium, e handel* medium
            public affairs medium, samfunnskontakt medium, forlag* weak, udstilling* medium""",
        "sales": """
            salg*, salgs*, kunde* weak, eksport* medium, butik* medium, butikk* medium, detail* medium
            detailhandel* medium, kommerciel* medium, kommersiell* medium, forretningsudvikling*
            forretningsutvikling*, handel* medium, account*, erhverv* weak, næringsliv* weak, varehandel medium
            forretning* weak, ejendomsmægler*, engros* medium, partner* medium, nøglekunde*, indkøb og salg
            eftermarked* medium, tilbud* medium, ordre* medium, varehus* medium, storkunde*, bilsalg, kørende weak
            b2b weak, reise* weak, rejse* weak""",
        "operations": """
            drift* medium, projekt* weak, prosjekt* weak, service* weak, kundeservice* medium, administration* weak
            administrasjon* weak, administrativ* weak, kontor* weak, ejendom* weak, eiendom* weak, proces* weak
            prosess* weak, sikkerhed* weak, sikkerhet* weak, arbejdsmiljø* medium, hms* medium, support* weak
            byggeri* weak, bygge* weak, bygning* weak, facility* medium, kundesenter medium, operationel* weak
            anlæg* weak, anlegg* weak, organisation* weak, organisasjon* weak, reception* weak, sekretariat* weak
            entreprise* weak, facilities* medium, program* weak, stab* weak, forvaltning* weak, lean* weak
            kvalitet og miljø weak, forandringsledelse medium""",
        "hr": """
            personale*, personal* medium, rekruttering*, løn medium, lønn medium, uddannelse* medium
            opplæring* medium, kompetence* medium, kompetanse* medium, kursus* medium, talent* medium, hr, human*
            arbejdsmarked* medium, lederudvikling medium, organisationsudvikling medium
            organisasjonsutvikling medium, vikar* medium, bemanning* medium, medarbejderudvikling, trivsel weak
            learning""",
        "engineering": """
            udvikling* medium, utvikling* medium, teknik* medium, teknikk* medium, teknisk* weak
            konstruktion* medium, konstruksjon* medium, forskning*, forskning og udvikling, forskning og utvikling
            f&u, fou, laboratorie* medium, laboratorium medium, ingeniør* medium, elektro* weak, elektronik* medium
            mekanik* medium, innovation* medium, innovasjon* medium, produktudvikling*, produktutvikling*
            energi* weak, maskin* weak, vvs weak, kemi* weak, automation* medium, automasjon* medium, prøve* weak
            test* weak, bioteknologi medium, kliniske forsøg medium, beregning* medium, patent* medium
            naturvidenskab* medium, regulatory weak, projektering* medium, prosjektering* medium, robot* medium""",
        "legal": """
            juridisk*, jura, juss, ret medium, rets*, compliance, kontrakt* medium, databeskyttelse*, personvern*
            lovgivning medium, advokat*, selskabsret, persondata*, udbudsret""",
        "purchasing": """
            indkøb*, innkjøp*, leverandør* medium, sourcing, procurement, udbud* medium, anskaffelse* medium
            forsyning* weak, kategori* medium, anskaffelser""",
        "production": """
            produktion*, produksjon*, logistik*, logistikk*, lager*, kvalitet* medium, vedligehold* medium
            vedlikehold* medium, transport*, fabrik* medium, fabrikk* medium, montage* medium, montering* medium
            værksted* medium, verksted* medium, planlægning* weak, spedition*, distribution* medium, supply* medium
            forsyningskæde*, industri* weak, pakkeri* medium, materiale* weak, terminal* medium, import* medium
            trafik* weak, trafikk* weak, shipping*, told* medium, planlegging* weak, skib* weak, skips* weak
            offshore weak, kørsel* medium, flåde* medium, jernbane* weak, havn* weak, autoværksted medium""",
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
            byudvikling medium, planafdeling weak""",
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
            praktikant, -praktikant, student, studerende, -studerende, stud, elev, -elev, lærling, -lærling, trainee
            -trainee, ph d studerende, phd studerende, stipendiat, phd stipendiat, studentermedhjælper
            -studentermedhjælper, studentermedarbejder, studiemedhjælper, kandidatstuderende, læregutt
            specialestuderende, nyuddannet, turnuslege, turnuslæge, kandidat weak, bachelorstuderende, gymnasieelev
            kommende, voksenlærling, ungarbejder, piccolo, doktorgradsstipendiat, stud med, stud jur, stud merc
            studmerc, stud polyt, nyutdannet, aspirant""",
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
    },
)
