"""Swedish words of job titles. Data only; the notation stands in `notation`."""

from connector.scoring.titles.tables.notation import Table

TABLE = Table(
    language="Swedish",
    ranks={
        "c_level general_management": """
            vd, verkställande direktör, vice vd, vvd, koncernchef, vd och koncernchef, tf vd, verkst direktör
            verkst dir, generaldirektör, koncerndirektör, vice verkställande direktör, v vd""",
        "c_level general_management owner": """
            ägare, grundare, medgrundare, innehavare, företagare, egenföretagare, egen företagare
            entreprenör medium, småföretagare, företagsägare, delägare och grundare, butiksägare, restaurangägare
            krögare, bolagsman, eget företag, salongsägare, medägare, stiftare, egen firma, köpman
            lantbruksföretagare""",
        "c_level general_management soft": """
            ordförande, styrelseordförande, styrelseordf, ordf, vice ordförande, president, förbundsordförande
            riksdagsledamot, kommundirektör, kommunchef, landshövding, förbundsdirektör, generalsekreterare
            arbetande styrelseordförande, delägare partner, rektor magnificus, borgmästare, kommunalråd
            verksamhetsledare medium""",
        "vp": "vice president, vicepresident",
        "director": """
            -direktör, -direktor, enhetsdirektör, avdelningsdirektör, avdelningsföreståndare, biträdande direktör
            -överdirektör, områdesdirektör, sektionsdirektör, förvaltningsdirektör, stf direktör, bitr direktör""",
        "director finance": "ekonomidirektör, redovisningschef director, finansdirektör",
        "director it": "it direktör, teknikdirektör it",
        "director hr": "personaldirektör, hr direktör",
        "director general_management soft": "platsdirektör, regiondirektör",
        "director engineering": "teknisk direktör",
        "director production": "produktionsdirektör, fabriksdirektör",
        "director sales": "försäljningsdirektör, kommersiell direktör, försäljnings och marknadsdirektör",
        "director marketing": "marknadsdirektör, kommunikationsdirektör, informationsdirektör, ansvarig utgivare",
        "director legal": "chefsjurist",
        "director purchasing": "inköpsdirektör",
        "director operations": "driftdirektör, operativ direktör, servicechef director",
        "director other": """
            rektor, skoldirektör, sjukhusdirektör, biträdande rektor, dekan, prefekt, chefläkare, socialdirektör
            polismästare, utbildningsdirektör, art director""",
        "manager": """
            chef, -chef, -chefen, -ledare, -ansvarig, ansvarig, -gruppchef, gruppchef, gruppledare, teamledare
            -teamledare, sektionschef, föreståndare, -föreståndare, -manager, lagledare, områdeschef, arbetsledande
            chefsperson, avdelningsansvarig, enhetsledare, gruppansvarig, bas medium, lagbas, biträdande chef
            bitr chef, sektionsledare, biträdande enhetschef, driftledare, teamchef, skiftchef, områdesansvarig
            processledare medium, enhetschef, -avdelningschef, avdelningschef, huvudansvarig, förvaltningschef
            sektorschef, verksamhetsområdeschef, departementschef""",
        "manager operations": """
            -projektledare medium, projektchef medium, programledare weak, programchef, projektansvarig medium
            delprojektledare medium, kontorsansvarig, servicechef, kundtjänstchef, platsansvarig, driftchef
            driftansvarig, verksamhetsansvarig, verksamhetschef service, kundservicechef, fastighetschef
            fastighetsförvaltare medium, projekteringsledare, säkerhetschef, uppdragsledare medium
            förvaltare medium, supportchef, verksamhetsutvecklare chef, arbetsmiljöchef, serviceledare
            verksamhetschef, operativ chef""",
        "manager sales": """
            försäljningschef, säljchef, -butikschef, butikschef, -säljledare, säljledare, kundansvarig
            -kundansvarig, key account manager, distriktschef, exportchef, storkundsansvarig, försäljningsansvarig
            butiksansvarig, butiksföreståndare, butiksledare, försäljningsledare, varuhuschef
            regional försäljningschef, kontorschef bank, fältsäljchef, säljansvarig, affärsansvarig, kundchef
            avdelningschef butik, kategorichef, marknadsområdeschef, account manager, stationschef
            distriktsansvarig, regionansvarig, partneransvarig, kundrelationsansvarig, marknads och försäljningschef
            försäljnings och marknadschef, regionchef medium, kommersiell chef, kontorschef""",
        "manager marketing": """
            marknadsansvarig, kommunikationsansvarig, varumärkeschef, webbansvarig, informationsansvarig, eventchef
            presschef, redaktionschef, redaktör chef, nyhetschef, webbchef, eventansvarig, projektledare marknad
            marknadschef, kommunikationschef, informationschef, pressekreterare chef""",
        "manager production": """
            produktionsledare, lagerchef, -lagerchef, verkstadschef, logistikansvarig, transportchef, underhållschef
            -verkmästare, verkmästare, trafikchef, lageransvarig, produktionsansvarig, planeringschef, lagerledare
            trafikledare, terminalchef, verkstadsansvarig, monteringschef, transportledare, underhållsledare
            logistikledare, flödeschef, arbetschef, byggledare, entreprenadchef, projektledare bygg medium
            fabrikschef, verkschef, produktionschef, logistikchef, supply chain chef, -arbetsledare, skiftledare
            förman, platschef bygg, platschef""",
        "manager it": """
            it ansvarig, it projektledare, systemansvarig, systemförvaltare, it samordnare chef
            utvecklingsledare it, förvaltningsledare it, it driftchef, testledare, systemägare, scrum master chef
            applikationsansvarig, förvaltningsledare, it arkitekt chef, teknisk projektledare medium, it chef
            cio chef, digitaliseringschef, it strateg chef, informationssäkerhetschef, driftchef it
            utvecklingschef mjukvara, teamledare utveckling""",
        "manager finance": """
            ekonomiansvarig, redovisningschef, redovisningsansvarig, controllerchef, ekonomi ansvarig, kreditchef
            bankkontorschef, löne och ekonomichef, finansansvarig, fondförvaltare, portföljförvaltare
            kapitalförvaltare, bankchef, skattechef, affärsområdescontroller chef, ekonomisamordnare chef, lönechef
            ekonomichef, finanschef, ekonomiansvarig chef, ekonomi och finanschef, ekonomi och administrationschef
            chefscontroller""",
        "manager hr": """
            personalansvarig, rekryteringschef, hr ansvarig, hr manager, personal ansvarig, utbildningsansvarig
            utbildningsledare medium, kompetensutvecklingschef, personalchef, hr chef, hr och personalchef""",
        "manager purchasing": "inköpsansvarig, inköpsledare, kategoriansvarig inköp, upphandlingschef, inköpschef",
        "manager engineering": """
            konstruktionsledare, laboratoriechef, labchef, utvecklingsledare, teknisk ansvarig, teknikansvarig
            forskningsledare, forskargruppsledare, chefsingenjör, projekteringschef, innovationsledare
            teknikområdeschef, kvalitetsansvarig, kvalitetsledare, produktchef, -produktchef, produktansvarig
            produktägare chef, produktgruppschef, produktområdeschef, teknisk chef, utvecklingschef, forskningschef
            teknikchef, konstruktionschef, r&d chef, fou chef, forsknings och utvecklingschef, kvalitetschef""",
        "manager legal": "compliancechef, compliance ansvarig, bolagsjurist chef, juristchef, rättschef",
        "manager other": """
            kökschef, köksmästare, souschef, vårdenhetschef, avdelningschef vård, studierektor, köksansvarig
            hållbarhetsansvarig, chefsåklagare, arbetslagsledare, miljöansvarig, huvudtränare, chefstränare, kapten
            insatsledare, kriminalinspektör, brandmästare, verksamhetschef skola, vårdchef, hovmästare
            chefssjuksköterska, köksföreståndare, sektionschef vård, restaurangchef, hotellchef, hotelldirektör
            receptionschef, receptionsansvarig, restaurangföreståndare, restaurangansvarig, administrativ chef
            kontorist chef, konferenschef, husfru, chefredaktör, skolchef, förskolechef, överläkare chef, klinikchef
            utbildningschef, museichef, teaterchef, konserthuschef, socialchef, miljöchef, kulturchef
            hållbarhetschef, omvårdnadschef, medicinsk chef, bibliotekschef, fritidschef, räddningschef, brandchef""",
        "c_level general_management seat": """
            styrelseledamot, ledamot, styrelsesuppleant, medlem i styrelsen, ledamot i styrelsen, styrelsemedlem
            medlem i ledningsgruppen""",
        "manager general_management soft": """
            landschef, affärsområdeschef, divisionschef, affärschef, strategichef, länschef, affärsenhetschef
            stabschef, kanslichef""",
        "director general_management": "affärsområdesdirektör",
        "c_level general_management partner": "partner, delägare",
    },
    roles={
        "finance": """
            -ekonom, -redovisningsekonom, -controller, -revisor, revisorsassistent, redovisningskonsult
            -redovisningskonsult, ekonomiassistent, redovisningsassistent, kamrer, bankman, banktjänsteman
            bankrådgivare, finansanalytiker, skaderegleringskonsult, skadereglerare, privatrådgivare
            företagsrådgivare bank, finansiell rådgivare, kreditanalytiker, -aktuarie, ekonomikonsult, skattejurist
            skattehandläggare, inkassohandläggare, fakturahandläggare, placeringsrådgivare, förmögenhetsrådgivare
            investerare, auktoriserad revisor, bokförare, auktoriserad redovisningskonsult, ekonomihandläggare
            ekonomiadministratör, ekonomisamordnare, reskontraassistent, kundreskontra, leverantörsreskontra
            aktieanalytiker, business controller, redovisningsansvarig junior, taxeringsrevisor, skatterådgivare
            löneadministratör, -lönekonsult, lönespecialist, lönehandläggare, lönekonsult""",
        "it": """
            -utvecklare medium, systemutvecklare, -programmerare, mjukvaruutvecklare, webbutvecklare
            systemadministratör, nätverkstekniker, -systemtekniker, it tekniker, supporttekniker, it konsult
            it arkitekt, -systemarkitekt, lösningsarkitekt, mjukvaruarkitekt, dataanalytiker, systemanalytiker
            -testare, nätverksadministratör, databasadministratör, it specialist, systemvetare, datatekniker
            it strateg, it samordnare, mjukvaruingenjör, systemingenjör, it pedagog, kravanalytiker
            nätverksspecialist, fullstackutvecklare, webmaster, webbmaster, supportspecialist, it administratör
            verksamhetsarkitekt, dataingenjör, it säkerhetsspecialist, frontendutvecklare, backendutvecklare
            produktägare, applikationsspecialist, applikationskonsult, it handläggare, informationsarkitekt
            användbarhetsexpert, it er""",
        "marketing": """
            kommunikatör, -kommunikatör, marknadsförare, copywriter, informatör, -informatör, pressekreterare
            marknadskoordinator, marknadsassistent, projektledare event, art director assistent
            marknadskommunikatör, informationssekreterare, kommunikationsstrateg, marknadsanalytiker
            eventkoordinator, kommunikationskonsult, talesperson, informationsansvarig junior, marknadsstrateg
            produktspecialist, redigerare, varumärkesstrateg, content manager junior, skribent, pr konsult
            webbredaktör, webredaktör""",
        "sales": """
            -säljare, säljare, försäljare, -försäljare, -mäklare, fastighetsmäklare, butikssäljare, butiksbiträde
            innesäljare, utesäljare, -representant medium, säljkoordinator, säljassistent, orderbehandlare medium
            ordermottagare medium, telefonförsäljare, affärsutvecklare, -affärsutvecklare, kassabiträde, expedit
            butiksmedarbetare, försäljningsassistent, teknisk säljare, företagssäljare, försäljningsingenjör
            säljingenjör, fältsäljare, resesäljare, distriktssäljare, butikskommunikatör, handlare, köpman junior
            key account, account executive, säljrepresentant, säljsupport, kundmottagare, reseproducent, resekonsult
            bilförsäljare, läkemedelskonsulent, säljkonsult, marknadssäljare, kassapersonal, affärsrådgivare
            telefonsäljare, uthyrare, handelsagent, produktsäljare, varuförsörjare, -försäkringsrådgivare
            försäkringsförmedlare, försäkringshandläggare, försäkringsmäklare, kassör""",
        "operations": """
            projektkoordinator medium, projektassistent medium, kundtjänstmedarbetare, kundservicemedarbetare
            fastighetsskötare medium, verksamhetsutvecklare, processutvecklare, samordnare weak, arbetsmiljöingenjör
            skyddsombud, projektmedarbetare medium, servicekoordinator, supportmedarbetare, kundsupport
            processledare, byggnadsinspektör medium, fastighetstekniker medium, servicemedarbetare, kundkonsulent
            driftkoordinator, säkerhetssamordnare, teleoperatör, kundrådgivare, kyrkvaktmästare, vaktmästare medium
            vaktmästeri""",
        "hr": """
            personalvetare, -rekryterare, hr specialist, hr konsult, personalhandläggare, hr partner, hr generalist
            rekryteringskonsult, personalspecialist, hr administratör, personalkonsult, utbildare medium, -utbildare
            hr assistent, personalsekreterare, arbetsförmedlare, personaladministratör, bemanningskonsult
            konsultchef, karriärcoach, jobbcoach, personalassistent, hr strateg, personalstrateg
            bemanningsplanerare, hr utvecklare, hr koordinator, organisationsutvecklare, utbildningskonsult medium
            talent""",
        "engineering": """
            -ingenjör medium, civilingenjör, -konstruktör, -forskare, forskare medium, -tekniker medium, laborant
            -kemist, -fysiker, -biolog, -matematiker, geolog, laboratorieingenjör, -arkitekt weak
            utvecklingsingenjör, processingenjör, beräkningsingenjör, konstruktionsingenjör, byggnadsingenjör
            elkonstruktör, cad konstruktör, mätningsingenjör, mätningstekniker, statistiker medium, vetenskapsman
            elingenjör, maskiningenjör, produktutvecklare, postdoc, doktor medium, laboratorieassistent
            laboratorietekniker, kvalitetsingenjör, automationsingenjör, provningsingenjör, kalkylator
            byggkonstruktör, vvs ingenjör, byggnadskonstruktör, miljöingenjör medium, geotekniker, högskoleingenjör
            patentingenjör, teknisk specialist, teknisk konsult, industridesigner, biomedicinsk analytiker weak
            energiingenjör, samhällsplanerare weak, teknisk handläggare, teknisk assistent, bioinformatiker
            mekanikkonstruktör, elektronikkonstruktör, forskningsingenjör, projektingenjör, kvalitetstekniker
            kvalitetskontrollant""",
        "legal": """
            -advokat, -jurist, bolagsjurist, biträdande jurist, åklagare, domare, notarie, dataskyddsombud
            juridisk rådgivare, affärsjurist, rådman, paralegal, patentombud, tingsnotarie, kronofogde, jurist
            nämndeman, compliance officer, juridiskt biträde, advokatassistent, domstolshandläggare""",
        "purchasing": """
            -inköpare, -upphandlare, inköpsassistent, strategisk inköpare, operativ inköpare, inköpskoordinator
            materialinköpare, projektinköpare, avropare, inköpskonsult, upphandlingskonsult""",
        "production": """
            -chaufför, -förare, -operatör medium, -montör, -mekaniker, -elektriker, svetsare, rörmokare, snickare
            -snickare, -målare medium, -arbetare medium, lagerarbetare, truckförare, lagermedarbetare
            produktionsplanerare, -planerare medium, logistiker, -logistiker, speditör, materialplanerare
            underhållstekniker, lastbilschaufför, lagerbiträde, produktionstekniker, maskinoperatör, processoperatör
            bilmekaniker, brevbärare, bud, busschaufför, murare, plåtslagare, takläggare, fastighetsarbetare
            byggnadsarbetare, betongarbetare, industriarbetare, servicetekniker, vvs montör, golvläggare
            cnc operatör, maskinförare, lokförare, logistikkoordinator, transportplanerare, elmontör, drifttekniker
            installatör, produktionsmedarbetare, fabriksarbetare, grävmaskinist, maskinist, -maskinist, kranförare
            tryckare, skräddare, sömmerska, tågförare, spårvagnsförare, taxichaufför, plockare, packare
            godsmottagare, terminalarbetare, -slipare, industritekniker, lackerare, transportör, lagerplockare
            verktygsmakare, tulldeklarant, verkstadsmekaniker, flygtekniker, däcktekniker, hantverkare medium
            distributör medium, reparatör, materialkoordinator, orderplanerare, trafikplanerare, driftstekniker""",
        "general_management": "verksamhetsstrateg, -strateg medium, företagsutvecklare, ledningskonsult weak",
        "other": """
            -konsult weak, -rådgivare weak, -handläggare weak, -specialist weak, -expert weak, -samordnare weak
            -koordinator weak, -assistent weak, -medarbetare weak, -analytiker weak, -konsulent weak, -utredare weak
            -inspektör weak, anställd weak, frilansare weak, frilans weak, -tjänsteman weak, ombud weak
            -biträde weak, -läkare, -sjuksköterska, sjuksköterska, undersköterska, -sköterska, barnmorska
            -tandläkare, tandhygienist, tandsköterska, -apotekare, receptarie, sjukgymnast, fysioterapeut, -psykolog
            psykiatriker, -terapeut, veterinär, dietist, logoped, arbetsterapeut, vårdbiträde, personlig assistent
            -kirurg, optiker, kiropraktor, naprapat, specialistläkare, st läkare, medicinsk sekreterare
            läkarsekreterare, djursjukskötare, ambulanssjukvårdare, farmaceut, biomedicinsk analytiker
            röntgensjuksköterska, massör, massageterapeut, hudterapeut, fotvårdsspecialist, skötare, boendestödjare
            behandlingsassistent, behandlingspedagog, kurator, socialsekreterare, socionom, biståndshandläggare weak
            familjebehandlare, diakon, präst, pastor, -lärare, -pedagog, förskollärare, barnskötare, fritidsledare
            fritidspedagog, -professor, universitetslektor, adjunkt, universitetsadjunkt, docent, lärarassistent
            elevassistent, studievägledare, studie och yrkesvägledare, specialpedagog, speciallärare, gymnasielärare
            grundskollärare, instruktör weak, -instruktör weak, -tränare, trafiklärare, resurspedagog, bibliotekarie
            arkivarie, antikvarie, översättare, tolk, journalist, reporter, -reporter, -författare, författare
            konstnär, -musiker, musiker, sångare, sångerska, skådespelare, dansare, regissör, -producent weak
            programledare, kantor, dirigent, kompositör, museipedagog, historiker, konservator, kock, -kock
            servitör, servitris, bartender, bagare, konditor, slaktare, frisör, hårfrisör, stylist, florist
            hemmafru, barnvakt, serveringspersonal, köksbiträde, måltidsbiträde, restaurangbiträde, barista
            hotellreceptionist, värdinna, husmor, kallskänka, lantbrukare, -bonde, bonde, skogsbrukare, skogvaktare
            jägmästare, trädgårdsarbetare, -trädgårdsmästare, agronom, fiskare, djurskötare, polis, -polis, brandman
            militär, soldat, officer, väktare, ordningsvakt, tulltjänsteman, kriminalvårdare, pilot, flygvärdinna
            kabinpersonal, styrman, sjöman, politiker, kommunpolitiker, riksdagsman, diplomat, nämndsekreterare
            volontär, arbetslös, föräldraledig, mammaledig, sjukskriven, idrottare, fotbollsspelare
            personlig tränare, gruppträningsinstruktör, guide, reseledare, inredningsarkitekt, inredare, guldsmed
            landskapsarkitekt weak, stadsplanerare, planarkitekt, sociolog, arkeolog, miljövetare, ekolog
            miljökonsult, miljöinspektör, hälsoinspektör, miljöstrateg, hållbarhetsstrateg, värderingsman medium
            egen, statsvetare, samhällsvetare, coach weak, livscoach, föreläsare, moderator, opinionsbildare
            samhällsvägledare, hälsopedagog, hälsocoach, fritidskonsulent, bygglovshandläggare weak, statstjänsteman
            utbildningsadministratör weak, projektadministratör weak, -administratör weak, kontorist weak
            administrativ assistent weak, administratör weak, lokalvårdare medium, städare medium
            receptionist medium, telefonist, kontorsassistent weak, administrativ koordinator weak, registrator
            kontorsadministratör weak, administrativ handläggare weak, husvärd, -redaktör, -formgivare, grafiker
            grafisk formgivare, -fotograf, -designer medium, illustratör, videograf, filmare, grafisk designer
            dekoratör, webbdesigner, handledare weak, överläkare, mellan jobb, söker nya utmaningar, söker jobb
            lektor, jobbsökande, arbetssökande""",
    },
    fields={
        "finance": """
            ekonomi*, finans*, redovisning*, bokföring*, skatt*, revision*, bank*, försäkring* medium, kredit*
            kapital* medium, inkasso*, faktura*, fakturering*, löner och ekonomi, budget*, fond* medium
            risk* medium, pension* medium, treasury, controlling, investering*, reskontra*, skade* medium
            lön medium, löne*""",
        "it": """
            it, data* medium, system* medium, nätverk* medium, mjukvaru*, programmering*, digital* weak
            digitalisering* medium, informationssäkerhet*, webb* medium, applikation* medium, infrastruktur* medium
            informationsteknik, it säkerhet, telekom* medium, it drift, it support, cyber*, databas* medium
            internet* medium, teknikstöd weak, mjukvara""",
        "marketing": """
            marknad*, marknadsföring*, kommunikation*, information* weak, reklam*, media* medium, press* medium
            event* medium, varumärke* medium, varumärkes*, pr, content medium, innehåll* medium, grafisk* medium
            sociala medier, redaktion* medium, evenemang* medium, form weak, formgivning medium
            samhällskontakter medium, e handel* medium, publik* weak, sponsring medium, mode weak, opinions* medium""",
        "sales": """
            försäljning*, sälj*, affärsutveckling*, kund* weak, export* medium, butik* medium, detaljhandel* medium
            handel* medium, kommersiell* medium, account*, affär* weak, storkund*, fält weak, inne medium
            företag* weak, mäklar*, partner* medium, innesälj*, order* medium, offert* medium, eftermarknad* medium
            varuhus* medium, kategori* medium, grossist medium""",
        "operations": """
            drift* medium, projekt* weak, service* weak, kundtjänst* medium, kundservice* medium, process* weak
            verksamhet* weak, fastighet* weak, säkerhet* weak, support* weak, arbetsmiljö* medium, operativ* weak
            bygg* weak, organisation* weak, program* weak, ständiga förbättringar medium, samordning weak
            förvaltning* weak, lokal* weak, anläggning* weak, entreprenad* weak, förändringsledning medium
            hms medium""",
        "hr": """
            personal*, rekrytering*, utbildning* medium, kompetens* medium, hr, human*, bemanning* medium
            ledarskap* medium, talang* medium, arbetsrätt weak, hälsa weak, arbetsmarknad* medium
            organisationsutveckling medium, medarbetar* medium, förhandling* weak, kompetensförsörjning medium""",
        "engineering": """
            utveckling* medium, konstruktion* medium, teknik* medium, teknisk* weak, forskning*, fou, f&u
            forskning och utveckling, laboratorie* medium, lab medium, el weak, elektronik* medium, mekanik* medium
            innovation* medium, produktutveckling*, elkraft medium, automation* medium, energi* weak, vvs weak
            maskin* weak, kemi* weak, prov* weak, test* weak, design* weak, beräkning* medium, vetenskap* medium
            miljöteknik weak, kliniska prövningar medium, bioteknik medium, patent* medium, fysik medium
            kvalitet* medium, produkt* weak""",
        "legal": """
            juridik*, juridisk*, rätt medium, rätts*, compliance, avtal* medium, dataskydd*, regelefterlevnad
            bolagsrätt, domstol* medium, regulatory medium""",
        "purchasing": """
            inköp*, upphandling*, leverantör* medium, sourcing, avrop medium, försörjning* weak, inköps och""",
        "production": """
            produktion*, tillverkning*, logistik*, lager*, underhåll* medium, transport*, fabrik*, montering*
            montage* medium, verkstad* medium, planering* weak, spedition*, distribution* medium, material* medium
            industri* weak, terminal* medium, supply* medium, trafik* weak, fordon* weak, lean weak, tull* medium
            packning medium, järnväg* weak, verkstads*, import* medium, skift* weak, flöde* medium""",
        "general_management": """
            strategi* medium, strategisk* weak, koncern* weak, verksamhetsutveckling medium, affärsområde* weak
            region* weak, division* weak""",
        "other": """
            vård* weak, skol* weak, skola weak, undervisning* medium, omsorg* medium, omvårdnad medium, hälso* weak
            sjukvård* medium, sjukhus* weak, miljö* weak, hållbarhet* medium, kultur* weak, fritid* medium
            idrott* weak, turism* weak, restaurang* weak, kök* medium, kyrko* weak, social* weak
            socialtjänst medium, barn* weak, ungdom* medium, förskole* medium, lantbruk* medium, jordbruk* medium
            skog* weak, trädgård* medium, konst* weak, musik* medium, teater* medium, museum weak, bibliotek* medium
            polis* medium, räddning* medium, samhälls* weak, kommun* weak, myndighet* weak, konsult* weak
            medicin* weak, äldre* medium, lss medium, hotell* weak, mat weak, livsmedel* weak, hälsa och vård
            administration* weak, administrativ* weak, kontor* weak, reception* weak, kansli* weak""",
    },
    bodies={
        "c_level general_management soft": """
            företagsledning, koncernledning, ledningsgrupp, styrelse, styrelsen, direktion""",
        "manager": "ledning, arbetsledning, chefskap",
    },
    marks={
        "assistant": """
            vd assistent, -sekreterare, sekreterare, chefssekreterare, direktionssekreterare, ledningsassistent
            chefsassistent, assistent till, personlig assistent till, ledningssekreterare, direktionsassistent
            styrelsesekreterare, assistent åt, direktörsassistent, verkställande assistent""",
        "past": """
            tidigare, före detta, f d, fd, pensionär, pensionerad, förutvarande, avgående, emeritus, ålderspensionär
            ex, pension, avgått, gått i pension, förre""",
        "now": "numera, nu, nuvarande",
        "junior": """
            praktikant, -praktikant, lärling, trainee, -trainee, doktorand, -doktorand, examensarbetare
            sommarjobbare, studerar, nyexaminerad, at läkare, exjobbare, extrajobb, lia praktikant, blivande
            aspirant, kandidat weak, elev""",
        "deputy": "biträdande, bitr, vice, tf, tillförordnad, stf, ställföreträdande, interim, interims, t f",
        "prep": "för, i, på, av, till, från, inom, hos kund, med, vid, över, om, mot, åt, under",
        "article": "en, ett, den, det, vår, min",
        "and": "och, samt, o, eller",
        "cut": "hos",
        "noise": """
            senior, junior, sverige, norden, nordisk, nordic, global, nationell, internationell, norr, söder, öst
            väst, nord, syd, stockholm, göteborg, malmö, ab, grupp, team, avdelning, enhet, europa, huvud, första
            andre, andra, extern, intern, heltid, deltid, område, distrikt, län, stad, svensk, legitimerad, leg
            certifierad, auktoriserad, egen, eget, bolag, diverse, allmän, allmänna, ansvar, specialistutbildad
            timanställd, vikarie weak, vikarierande, chefs, stab, sektion, förste, övrig, inkl, firma, utbildad, fil
            mag, kand, dr, nationella, lokala, central, centrala""",
        "pupil": """
            student, -student, studerande, -studerande, högskolestudent, universitetsstudent, läkarstudent
            juriststudent, gymnasieelev""",
        "member": "medlem",
    },
)
