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
        "c_level finance": "finansdirektör",
        "vp": "vice president, vicepresident",
        "director": """
            -direktör, -direktor, -avdelningschef, avdelningschef, enhetsdirektör, huvudansvarig, förvaltningschef
            sektorschef, avdelningsdirektör, avdelningsföreståndare, biträdande direktör, -överdirektör
            verksamhetsområdeschef, departementschef, områdesdirektör, sektionsdirektör, förvaltningsdirektör
            stf direktör, bitr direktör""",
        "director finance": """
            ekonomichef, ekonomidirektör, finanschef, redovisningschef director, ekonomiansvarig chef
            ekonomi och finanschef, ekonomi och administrationschef""",
        "director it": """
            it chef, it direktör, cio chef, digitaliseringschef, it strateg chef, teknikdirektör it
            informationssäkerhetschef""",
        "director hr": "personalchef, hr chef, personaldirektör, hr direktör, hr och personalchef",
        "director general_management soft": """
            landschef, affärsområdeschef, divisionschef, affärschef, platsdirektör, strategichef, länschef
            affärsenhetschef, stabschef, verksamhetschef, kanslichef, regiondirektör""",
        "director engineering": """
            teknisk chef, teknisk direktör, utvecklingschef, forskningschef, teknikchef, konstruktionschef, r&d chef
            fou chef, forsknings och utvecklingschef""",
        "director production": """
            fabrikschef, produktionsdirektör, fabriksdirektör, verkschef, produktionschef, logistikchef
            kvalitetschef, supply chain chef""",
        "director sales": """
            försäljningsdirektör, kommersiell direktör, kommersiell chef, försäljnings och marknadsdirektör""",
        "director marketing": """
            marknadschef, marknadsdirektör, kommunikationschef, kommunikationsdirektör, informationschef
            informationsdirektör, chefredaktör, art director, pressekreterare chef, ansvarig utgivare""",
        "director legal": "chefsjurist, bolagsjurist chef, juristchef, rättschef",
        "director purchasing": "inköpsdirektör, inköpschef",
        "director operations": "driftdirektör, operativ chef, operativ direktör, servicechef director",
        "director other": """
            rektor, skolchef, förskolechef, skoldirektör, överläkare chef, klinikchef, sjukhusdirektör
            utbildningschef, biträdande rektor, museichef, dekan, prefekt, teaterchef, konserthuschef, chefläkare
            socialchef, miljöchef, kulturchef, hållbarhetschef, omvårdnadschef, medicinsk chef, bibliotekschef
            fritidschef, socialdirektör, polismästare, räddningschef, brandchef, utbildningsdirektör""",
        "manager": """
            chef, -chef, -chefen, -ledare, -ansvarig, ansvarig, -gruppchef, gruppchef, gruppledare, teamledare
            -teamledare, arbetsledare, -arbetsledare, förman, skiftledare, sektionschef, föreståndare, -föreståndare
            -manager, lagledare, områdeschef, arbetsledande, chefsperson, avdelningsansvarig, enhetsledare
            gruppansvarig, bas medium, lagbas, biträdande chef, bitr chef, sektionsledare, biträdande enhetschef
            driftledare, teamchef, handledare weak, skiftchef, områdesansvarig, processledare medium, enhetschef""",
        "manager operations": """
            -projektledare medium, projektchef medium, programledare weak, programchef, projektansvarig medium
            delprojektledare medium, kontorschef, kontorsansvarig, servicechef, kundtjänstchef, platsansvarig
            arbetschef, driftchef, driftansvarig, verksamhetsansvarig, verksamhetschef service, kundservicechef
            fastighetschef, fastighetsförvaltare medium, byggledare, projekteringsledare, entreprenadchef
            restaurangchef, hotellchef, hotelldirektör, receptionschef, säkerhetschef, uppdragsledare medium
            receptionsansvarig, restaurangföreståndare, restaurangansvarig, förvaltare medium, supportchef
            administrativ chef, kontorist chef, verksamhetsutvecklare chef, projektledare bygg medium
            arbetsmiljöchef, serviceledare, konferenschef, husfru, platschef medium""",
        "manager sales": """
            försäljningschef, säljchef, -butikschef, butikschef, -säljledare, säljledare, kundansvarig
            -kundansvarig, key account manager, distriktschef, exportchef, storkundsansvarig, försäljningsansvarig
            butiksansvarig, butiksföreståndare, butiksledare, försäljningsledare, varuhuschef
            regional försäljningschef, kontorschef bank, fältsäljchef, säljansvarig, affärsansvarig, kundchef
            avdelningschef butik, kategorichef, marknadsområdeschef, account manager, stationschef
            distriktsansvarig, regionansvarig, partneransvarig, kundrelationsansvarig, marknads och försäljningschef
            försäljnings och marknadschef, regionchef medium""",
        "manager marketing": """
            produktchef, -produktchef, marknadsansvarig, kommunikationsansvarig, varumärkeschef, produktansvarig
            webbansvarig, informationsansvarig, eventchef, presschef, produktägare chef, redaktionschef
            redaktör chef, nyhetschef, produktgruppschef, webbchef, produktområdeschef, eventansvarig
            projektledare marknad""",
        "manager production": """
            produktionsledare, lagerchef, -lagerchef, verkstadschef, kvalitetsansvarig, logistikansvarig
            transportchef, underhållschef, -verkmästare, verkmästare, trafikchef, lageransvarig, produktionsansvarig
            planeringschef, kvalitetsledare, lagerledare, trafikledare, terminalchef, verkstadsansvarig
            monteringschef, transportledare, underhållsledare, logistikledare, flödeschef""",
        "manager it": """
            it ansvarig, it projektledare, systemansvarig, systemförvaltare, it samordnare chef
            utvecklingsledare it, förvaltningsledare it, it driftchef, testledare, systemägare, scrum master chef
            applikationsansvarig, förvaltningsledare, it arkitekt chef, teknisk projektledare medium""",
        "manager finance": """
            ekonomiansvarig, redovisningschef, redovisningsansvarig, controllerchef, ekonomi ansvarig, kreditchef
            bankkontorschef, löne och ekonomichef, finansansvarig, fondförvaltare, portföljförvaltare
            kapitalförvaltare, bankchef, skattechef, affärsområdescontroller chef, ekonomisamordnare chef""",
        "manager hr": """
            personalansvarig, rekryteringschef, hr ansvarig, lönechef, hr manager, personal ansvarig
            utbildningsansvarig, utbildningsledare medium, kompetensutvecklingschef""",
        "manager purchasing": "inköpsansvarig, inköpsledare, kategoriansvarig inköp, upphandlingschef",
        "manager engineering": """
            konstruktionsledare, laboratoriechef, labchef, utvecklingsledare, teknisk ansvarig, teknikansvarig
            forskningsledare, forskargruppsledare, chefsingenjör, projekteringschef, innovationsledare
            teknikområdeschef""",
        "manager legal": "compliancechef, compliance ansvarig",
        "manager other": """
            kökschef, köksmästare, souschef, vårdenhetschef, avdelningschef vård, studierektor, köksansvarig
            hållbarhetsansvarig, chefsåklagare, arbetslagsledare, miljöansvarig, överläkare, huvudtränare
            chefstränare, kapten, insatsledare, kriminalinspektör, brandmästare, verksamhetschef skola, vårdchef
            hovmästare, chefssjuksköterska, köksföreståndare, sektionschef vård""",
        "c_level general_management seat": """
            styrelseledamot, ledamot, styrelsesuppleant, medlem i styrelsen, ledamot i styrelsen, styrelsemedlem
            medlem i ledningsgruppen, partner, delägare""",
    },
    roles={
        "finance": """
            -ekonom, -redovisningsekonom, -controller, -revisor, revisorsassistent, redovisningskonsult
            -redovisningskonsult, ekonomiassistent, redovisningsassistent, kamrer, bankman, banktjänsteman
            bankrådgivare, finansanalytiker, kassör, -försäkringsrådgivare, försäkringsförmedlare
            skaderegleringskonsult, skadereglerare, privatrådgivare, företagsrådgivare bank, finansiell rådgivare
            kreditanalytiker, -aktuarie, ekonomikonsult, skattejurist, skattehandläggare, inkassohandläggare
            fakturahandläggare, placeringsrådgivare, förmögenhetsrådgivare, investerare, auktoriserad revisor
            bokförare, auktoriserad redovisningskonsult, ekonomihandläggare, ekonomiadministratör, ekonomisamordnare
            reskontraassistent, kundreskontra, leverantörsreskontra, aktieanalytiker, försäkringshandläggare
            business controller, redovisningsansvarig junior, försäkringsmäklare, taxeringsrevisor, skatterådgivare""",
        "it": """
            -utvecklare medium, systemutvecklare, -programmerare, mjukvaruutvecklare, webbutvecklare
            systemadministratör, nätverkstekniker, -systemtekniker, it tekniker, supporttekniker, it konsult
            it arkitekt, -systemarkitekt, lösningsarkitekt, mjukvaruarkitekt, dataanalytiker, systemanalytiker
            -testare, nätverksadministratör, databasadministratör, it specialist, systemvetare, datatekniker
            it strateg, it samordnare, mjukvaruingenjör, systemingenjör, it pedagog, kravanalytiker
            nätverksspecialist, fullstackutvecklare, webmaster, webbmaster, supportspecialist, it administratör
            verksamhetsarkitekt, dataingenjör, it säkerhetsspecialist, frontendutvecklare, backendutvecklare
            produktägare, applikationsspecialist, applikationskonsult, it handläggare, informationsarkitekt
            webbdesigner, användbarhetsexpert, it er""",
        "marketing": """
            kommunikatör, -kommunikatör, marknadsförare, copywriter, -redaktör, -formgivare, grafiker
            grafisk formgivare, -fotograf, informatör, -informatör, pressekreterare, marknadskoordinator
            marknadsassistent, webbredaktör, -designer medium, illustratör, videograf, projektledare event
            art director assistent, marknadskommunikatör, filmare, informationssekreterare, kommunikationsstrateg
            marknadsanalytiker, eventkoordinator, kommunikationskonsult, grafisk designer, talesperson
            informationsansvarig junior, marknadsstrateg, produktspecialist, redigerare, dekoratör
            varumärkesstrateg, content manager junior, skribent, pr konsult""",
        "sales": """
            -säljare, säljare, försäljare, -försäljare, -mäklare, fastighetsmäklare, butikssäljare, butiksbiträde
            innesäljare, utesäljare, kundrådgivare, -representant medium, säljkoordinator, säljassistent
            orderbehandlare medium, ordermottagare medium, telefonförsäljare, affärsutvecklare, -affärsutvecklare
            kassabiträde, expedit, butiksmedarbetare, försäljningsassistent, teknisk säljare, företagssäljare
            försäljningsingenjör, säljingenjör, fältsäljare, resesäljare, distriktssäljare, butikskommunikatör
            handlare, köpman junior, key account, account executive, säljrepresentant, säljsupport, kundmottagare
            reseproducent, resekonsult, bilförsäljare, läkemedelskonsulent, säljkonsult, marknadssäljare
            kassapersonal, affärsrådgivare, telefonsäljare, uthyrare, handelsagent, produktsäljare, varuförsörjare""",
        "operations": """
            projektkoordinator medium, projektassistent medium, projektadministratör medium, kundtjänstmedarbetare
            kundservicemedarbetare, -administratör medium, kontorist, administrativ assistent, administratör
            handläggare medium, vaktmästare medium, fastighetsskötare medium, lokalvårdare medium, städare medium
            receptionist medium, telefonist, verksamhetsutvecklare, processutvecklare, samordnare weak
            arbetsmiljöingenjör, skyddsombud, projektmedarbetare medium, servicekoordinator, supportmedarbetare
            kontorsassistent, administrativ koordinator, kundsupport, processledare, registrator
            byggnadsinspektör medium, fastighetstekniker medium, servicemedarbetare, kontorsadministratör
            kundkonsulent, driftkoordinator, säkerhetssamordnare, vaktmästeri, teleoperatör
            administrativ handläggare, husvärd""",
        "hr": """
            personalvetare, -rekryterare, hr specialist, hr konsult, löneadministratör, -lönekonsult
            personalhandläggare, hr partner, hr generalist, rekryteringskonsult, lönespecialist, personalspecialist
            hr administratör, personalkonsult, utbildare medium, -utbildare, lönehandläggare, hr assistent
            personalsekreterare, arbetsförmedlare, personaladministratör, bemanningskonsult, konsultchef
            karriärcoach, jobbcoach, personalassistent, lönekonsult, hr strateg, personalstrateg
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
            mekanikkonstruktör, elektronikkonstruktör, forskningsingenjör, projektingenjör""",
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
            underhållstekniker, lastbilschaufför, lagerbiträde, produktionstekniker, kvalitetstekniker
            maskinoperatör, processoperatör, bilmekaniker, brevbärare, bud, busschaufför, murare, plåtslagare
            takläggare, fastighetsarbetare, byggnadsarbetare, betongarbetare, industriarbetare, servicetekniker
            vvs montör, golvläggare, cnc operatör, maskinförare, lokförare, logistikkoordinator, transportplanerare
            elmontör, drifttekniker, installatör, produktionsmedarbetare, fabriksarbetare, grävmaskinist, maskinist
            -maskinist, kranförare, tryckare, skräddare, sömmerska, tågförare, spårvagnsförare, taxichaufför
            plockare, packare, godsmottagare, terminalarbetare, -slipare, kvalitetskontrollant, industritekniker
            lackerare, transportör, lagerplockare, verktygsmakare, tulldeklarant, verkstadsmekaniker, flygtekniker
            däcktekniker, hantverkare medium, distributör medium, reparatör, materialkoordinator, orderplanerare
            trafikplanerare""",
        "general_management": "verksamhetsstrateg, -strateg medium, företagsutvecklare, ledningskonsult weak",
        "other": """
            -konsult weak, -rådgivare weak, -handläggare weak, -specialist weak, -expert weak, -samordnare weak
            -koordinator weak, -assistent weak, -medarbetare weak, -analytiker weak, -konsulent weak, -utredare weak
            -inspektör weak, anställd weak, frilansare weak, frilans weak, -tjänsteman weak, medlem weak, ombud weak
            -biträde weak, -läkare, -sjuksköterska, sjuksköterska, undersköterska, -sköterska, barnmorska
            -tandläkare, tandhygienist, tandsköterska, -apotekare, receptarie, sjukgymnast, fysioterapeut, -psykolog
            psykiatriker, -terapeut, veterinär, dietist, logoped, arbetsterapeut, vårdbiträde, personlig assistent
            -kirurg, optiker, kiropraktor, naprapat, specialistläkare, st läkare, medicinsk sekreterare
            läkarsekreterare, djursjukskötare, ambulanssjukvårdare, farmaceut, biomedicinsk analytiker
            röntgensjuksköterska, massör, massageterapeut, hudterapeut, fotvårdsspecialist, skötare, boendestödjare
            behandlingsassistent, behandlingspedagog, kurator, socialsekreterare, socionom, biståndshandläggare
            familjebehandlare, diakon, präst, pastor, -lärare, -pedagog, förskollärare, barnskötare, fritidsledare
            fritidspedagog, -professor, universitetslektor, lektor, adjunkt, universitetsadjunkt, docent
            lärarassistent, elevassistent, studievägledare, studie och yrkesvägledare, specialpedagog, speciallärare
            gymnasielärare, grundskollärare, instruktör weak, -instruktör weak, -tränare, trafiklärare
            resurspedagog, bibliotekarie, arkivarie, antikvarie, översättare, tolk, journalist, reporter, -reporter
            -författare, författare, konstnär, -musiker, musiker, sångare, sångerska, skådespelare, dansare
            regissör, -producent weak, programledare, kantor, dirigent, kompositör, museipedagog, historiker
            konservator, kock, -kock, servitör, servitris, bartender, bagare, konditor, slaktare, frisör, hårfrisör
            stylist, florist, hemmafru, barnvakt, serveringspersonal, köksbiträde, måltidsbiträde, restaurangbiträde
            barista, hotellreceptionist, värdinna, husmor, kallskänka, lantbrukare, -bonde, bonde, skogsbrukare
            skogvaktare, jägmästare, trädgårdsarbetare, -trädgårdsmästare, agronom, fiskare, djurskötare, polis
            -polis, brandman, militär, soldat, officer, väktare, ordningsvakt, tulltjänsteman, kriminalvårdare
            pilot, flygvärdinna, kabinpersonal, styrman, sjöman, politiker, kommunpolitiker, riksdagsman, diplomat
            nämndsekreterare, volontär, arbetssökande, arbetslös, föräldraledig, mammaledig, sjukskriven, idrottare
            fotbollsspelare, personlig tränare, gruppträningsinstruktör, guide, reseledare, inredningsarkitekt
            inredare, guldsmed, landskapsarkitekt weak, stadsplanerare, planarkitekt, sociolog, arkeolog
            miljövetare, ekolog, miljökonsult, miljöinspektör, hälsoinspektör, miljöstrateg, hållbarhetsstrateg
            värderingsman medium, egen, statsvetare, samhällsvetare, coach weak, livscoach, föreläsare, moderator
            opinionsbildare, samhällsvägledare, hälsopedagog, hälsocoach, fritidskonsulent, kyrkvaktmästare
            bygglovshandläggare, statstjänsteman, utbildningsadministratör weak""",
    },
    fields={
        "finance": """
            ekonomi*, finans*, redovisning*, bokföring*, skatt*, revision*, bank*, försäkring* medium, kredit*
            kapital* medium, inkasso*, faktura*, fakturering*, löner och ekonomi, budget*, fond* medium
            risk* medium, pension* medium, treasury, controlling, investering*, reskontra*, skade* medium""",
        "it": """
            it, data* medium, system* medium, nätverk* medium, mjukvaru*, programmering*, digital* weak
            digitalisering* medium, informationssäkerhet*, webb* medium, applikation* medium, infrastruktur* medium
            informationsteknik, it säkerhet, telekom* medium, it drift, it support, cyber*, databas* medium
            internet* medium, teknikstöd weak""",
        "marketing": """
            marknad*, marknadsföring*, kommunikation*, information* weak, reklam*, media* medium, press* medium
            event* medium, varumärke* medium, varumärkes*, produkt* weak, pr, content medium, innehåll* medium
            grafisk* medium, sociala medier, redaktion* medium, evenemang* medium, form weak, formgivning medium
            samhällskontakter medium, e handel* medium, publik* weak, sponsring medium, mode weak, opinions* medium""",
        "sales": """
            försäljning*, sälj*, affärsutveckling*, kund* weak, export* medium, butik* medium, detaljhandel* medium
            handel* medium, kommersiell* medium, account*, affär* weak, storkund*, fält weak, inne medium
            företag* weak, mäklar*, partner* medium, innesälj*, order* medium, offert* medium, eftermarknad* medium
            varuhus* medium, kategori* medium, grossist medium""",
        "operations": """
            drift* medium, projekt* weak, service* weak, kundtjänst* medium, kundservice* medium
            administration* weak, administrativ* weak, process* weak, verksamhet* weak, fastighet* weak
            säkerhet* weak, kontor* weak, support* weak, arbetsmiljö* medium, operativ* weak, bygg* weak
            reception* weak, organisation* weak, program* weak, ständiga förbättringar medium, kansli* weak
            samordning weak, förvaltning* weak, lokal* weak, anläggning* weak, entreprenad* weak
            förändringsledning medium, hms medium""",
        "hr": """
            personal*, rekrytering*, lön medium, löne*, utbildning* medium, kompetens* medium, hr, human*
            bemanning* medium, ledarskap* medium, talang* medium, arbetsrätt weak, hälsa weak, arbetsmarknad* medium
            organisationsutveckling medium, medarbetar* medium, förhandling* weak, kompetensförsörjning medium""",
        "engineering": """
            utveckling* medium, konstruktion* medium, teknik* medium, teknisk* weak, forskning*, fou, f&u
            forskning och utveckling, laboratorie* medium, lab medium, el weak, elektronik* medium, mekanik* medium
            innovation* medium, produktutveckling*, elkraft medium, automation* medium, energi* weak, vvs weak
            maskin* weak, kemi* weak, prov* weak, test* weak, design* weak, beräkning* medium, vetenskap* medium
            miljöteknik weak, regulatory weak, kliniska prövningar medium, bioteknik medium, patent* medium
            fysik medium""",
        "legal": """
            juridik*, juridisk*, rätt medium, rätts*, compliance, avtal* medium, dataskydd*, regelefterlevnad
            bolagsrätt, domstol* medium""",
        "purchasing": """
            inköp*, upphandling*, leverantör* medium, sourcing, avrop medium, försörjning* weak, inköps och""",
        "production": """
            produktion*, tillverkning*, logistik*, lager*, kvalitet* medium, underhåll* medium, transport*, fabrik*
            montering*, montage* medium, verkstad* medium, planering* weak, spedition*, distribution* medium
            material* medium, industri* weak, terminal* medium, supply* medium, trafik* weak, fordon* weak
            lean weak, tull* medium, packning medium, järnväg* weak, verkstads*, import* medium, skift* weak
            flöde* medium""",
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
            medicin* weak, äldre* medium, lss medium, hotell* weak, mat weak, livsmedel* weak, hälsa och vård""",
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
            praktikant, -praktikant, student, -student, studerande, -studerande, elev, lärling, trainee, -trainee
            doktorand, -doktorand, examensarbetare, sommarjobbare, högskolestudent, universitetsstudent, studerar
            nyexaminerad, at läkare, läkarstudent, juriststudent, exjobbare, extrajobb, lia praktikant, blivande
            aspirant, gymnasieelev, kandidat weak""",
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
    },
)
