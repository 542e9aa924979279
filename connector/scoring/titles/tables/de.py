"""German words of job titles. Data only; the notation stands in `notation`."""

from connector.scoring.titles.tables.notation import Table

TABLE = Table(
    language="German",
    ranks={
        "c_level general_management owner": """
            inhaber(in), mitinhaber(in), gründer(in), mitgründer(in), eigentümer(in), geschäftsinhaber(in)
            firmeninhaber(in), unternehmer(in), firmengründer(in), selbständiger unternehmer, einzelunternehmer(in)
            betriebsinhaber(in), gastwirt(in), unternehmensgründer(in), kanzleiinhaber(in), praxisinhaber(in)
            agenturinhaber(in), inh, unternehmensnachfolger(in), nachfolger(in) medium""",
        "c_level general_management soft": """
            -geschäftsführer(in), geschäftsführende gesellschafterin, geschäftsführender gesellschafter, gf?
            geschäftsf, geschf, ges geschäftsführer, gesch führer, -vorstand, vorständin, vorstandsvorsitzender
            vorstandsvorsitzende, vorsitzender des vorstands, vorsitzender der geschäftsführung
            aufsichtsratsvorsitzender, vorstandssprecher(in), sprecher der geschäftsführung
            vorsitzende der geschäftsführung, präsident(in), verwaltungsratspräsident, generaldirektor(in)
            alleingeschäftsführer(in), geschäftsführer gesellschafter, gesellschafter geschäftsführer, gl?
            geschäftsleiter(in), geschäftsführendes vorstandsmitglied, intendant(in), komplementär(in)
            oberbürgermeister(in), bürgermeister(in), vorsitzender, vorsitzende, hauptgeschäftsführer(in)
            beiratsvorsitzender, generalsekretär(in), vorstandschef(in), firmenchef(in), delegierter des
            delegierter des verwaltungsrates, sprecher des vorstands, geschäftsführender direktor""",
        "c_level finance": "finanzvorstand, finanzchef(in), cfo",
        "c_level engineering": "technischer vorstand",
        "c_level hr": "personalvorstand, arbeitsdirektor(in)",
        "c_level sales": "vertriebsvorstand",
        "vp": "vizepräsident(in), vize präsident",
        "director": """
            -direktor(in), -leiter(in), -leitung, -bereichsleiter(in), ressortleiter(in), ltr, bereichsleitung
            geschäftsbereichsleiter(in), -bereichsvorstand, direktorium, leitender direktor, lt, leit
            -bereichsleitung, leitende direktorin, bl?, spartenleiter(in), -hauptabteilungsleiter(in)
            hauptabteilungsleitung""",
        "director general_management soft": """
            prokurist(in), prokura, geschäftsfeldleiter(in), landesdirektor(in), strategieleiter(in)
            leiter strategie, leiter unternehmensentwicklung, regionaldirektor(in), gesamtprokurist(in)
            geschäftsbereichsleitung""",
        "director finance": """
            kaufmännischer leiter, kaufmännische leiterin, kaufmännische leitung, kaufm leiter, kfm leiter
            leiter rechnungswesen, leiter controlling, kämmerer, kaufmännischer direktor""",
        "director engineering": """
            technischer leiter, technische leiterin, technische leitung, techn leiter, technischer direktor
            entwicklungsleiter(in)""",
        "director production": "produktionsleiter(in), leiter technik und produktion, produktionsleitung",
        "director other": """
            schulleiter(in), schuldirektor(in), chefarzt, chefärztin, ärztlicher direktor, pflegedirektor(in)
            museumsdirektor(in), schulleitung, dekan(in), institutsleiter(in), klinikdirektor(in), konrektor(in)
            bibliotheksdirektor(in), akademieleiter(in), klinikleiter(in), hochschulleitung, rektor(in)
            kreativdirektor(in), pflegedienstleitung, pflegedienstleiter(in), verwaltungsleiter(in), pdl?""",
        "director it": "edv leiter(in), it leiter(in), it leitung, leiter it, leiter edv",
        "director marketing": "pressechef(in)",
        "director hr": "personalleiter(in), personalchef(in), leiter personal",
        "director legal": """
            chefjurist(in), syndikus general counsel, leiter recht, leitender oberstaatsanwalt, chefjustiziar(in)""",
        "manager": """
            -teamleiter(in), -teamleitung, -gruppenleiter(in), -gruppenleitung, -manager(in), managerinnen
            vorarbeiter(in), -meister(in) weak, sachgebietsleiter(in), sachgebietsleitung, referatsleiter(in)
            -stellenleiter(in), -teamchef(in), chef, chefin, boss, -chef(in), teamlead, -teamlead, führungskraft
            -verantwortlicher, -verantwortliche, -verantwortlich, unitleiter(in), arbeitsgruppenleiter(in)
            -einsatzleiter(in), dezernent(in), dezernatsleiter(in), referatsleitung, tl?, gruppenführer(in)
            stationsleiter(in), stationsleitung, verantwortliche, verantwortlicher, verantwortlich
            abteilungsleiter(in), abteilungsleitung, -abteilungsleiter(in), al?, fachbereichsleiter(in)
            fachbereichsleitung, leiter der abteilung, leiter team, leiterin team, leitung team, team leitung""",
        "manager operations": """
            -projektleiter(in) medium, -projektmanager(in) medium, -projektleitung medium, niederlassungsleiter(in)
            niederlassungsleitung, standortleiter(in), standortleitung, filialdirektor(in), kundendienstleiter(in)
            serviceleiter(in), programmleiter(in) medium, zweigstellenleiter(in), -programmmanager(in)
            callcenterleiter(in), teilprojektleiter(in) medium, kundenservice manager, pl?, objektleiter(in)
            hausverwalter(in), betriebsstättenleiter(in), serviceleitung, bezirksleiter(in) service
            betriebsleiter(in), betriebsleitung""",
        "manager sales": """
            filialleiter(in), filialleitung, marktleiter(in), -gebietsleiter(in), -gebietsverkaufsleiter(in)
            bezirksleiter(in), regionalleiter(in), -accountmanager(in), regionalverkaufsleiter(in)
            verkaufsgebietsleiter(in), store manager, marktleitung, shopleiter(in), kundenmanager(in)
            -regionalleiter(in), storeleiter(in), agenturleiter(in) vertrieb, regionalleitung, -gebietsleitung
            bezirksverkaufsleiter(in), marktbereichsleiter(in), bezirksdirektor(in), verkaufsstellenleiter(in)
            kundenbetreuungsleiter(in), filialgeschäftsführer(in)""",
        "manager marketing": """
            -brandmanager(in), -eventmanager(in), marketingverantwortliche, redaktionsleiter(in), redaktionsleitung
            ressortleiter redaktion, veranstaltungsleiter(in)""",
        "manager production": """
            lagerleiter(in), lagermeister(in), werkstattleiter(in), industriemeister(in), produktionsmeister(in)
            logistikmeister(in), fertigungsmeister(in), werkmeister(in), betriebsmeister(in), obermeister(in)
            lagerleitung, werkstattmeister(in), kfz meister(in), elektromeister(in), instandhaltungsmeister
            fertigungsgruppenleiter(in), fuhrparkleiter(in), disponentenleiter(in), -bauleiter(in), bauleitung
            polier, oberbauleiter(in), werkleiter(in), werksleiter(in), werkleitung, -schichtleiter(in)
            -schichtführer(in), versandleiter(in), dispositionsleiter(in), produktionsgruppenleiter(in)
            schichtleitung""",
        "manager engineering": """
            laborleitung, konstruktionsgruppenleiter(in), arbeitsgruppenleiter forschung, qualitätsmanager(in)
            qualitätsmanagementbeauftragter, qmb?, -produktmanager(in), produktleiter(in), produktverantwortliche
            produktverantwortlicher, produktmanagement leitung, produktgruppenmanager(in), produktgruppenleiter(in)
            chefingenieur, laborleiter(in) technik, leiter labor, leiterin labor, laborleiter(in)""",
        "manager finance": "leiter buchhaltung gruppe, oberbuchhalter(in), schadenmanager(in), bankfilialleiter(in)",
        "manager hr": "ausbildungsleiter(in), personalmanager(in), ausbildungsleitung, seminarleiter(in)",
        "manager other": """
            küchenchef(in), küchenleiter(in), wohnbereichsleiter(in), kindergartenleiter(in), kitaleiter(in)
            chefkoch, kita leitung, kindergartenleitung, sportdirektor(in), stellv schulleiter, studienleiter(in)
            marktmeister, hausdame, praxismanager(in), hauswirtschaftsleiter(in), hauswirtschaftsleitung
            ensembleleiter(in), chorleiter(in), trainer chef, cheftrainer(in), bademeister, abteilungsarzt
            kapellmeister(in), wehrführer, pflegeleitung, polizeihauptkommissar(in), büroleiter(in), büroleitung
            officemanager(in), hoteldirektor(in), hotelleiter(in), restaurantleiter(in), empfangschef(in)
            chefredakteur(in), chefredaktion, heimleiter(in), einrichtungsleiter(in), heimleitung
            einrichtungsleitung, wohnbereichsleitung""",
        "c_level general_management seat": """
            mitglied der geschäftsleitung, mitglied der geschäftsführung, mitglied des vorstands
            mitglied des vorstandes, mitglied der gl, vorstandsmitglied, mitglied im vorstand
            mitglied geschäftsleitung, mitglied des aufsichtsrats, aufsichtsrat, aufsichtsratsmitglied
            aufsichtsrätin, verwaltungsrat, verwaltungsrätin, beirat, mitglied der erweiterten geschäftsleitung
            mitglied der direktion""",
        "manager general_management soft": "geschäftsstellenleiter(in), länderchef(in), geschäftsstellenleitung",
        "c_level general_management": """
            kaufmännischer geschäftsführer, kaufmännische geschäftsführerin, technischer geschäftsführer
            technische geschäftsführerin""",
        "manager it": """
            teamleiter entwicklung, teamleiterin entwicklung, teamleitung entwicklung, team lead entwicklung""",
        "c_level general_management partner": "partnerin, gesellschafter(in)",
    },
    roles={
        "finance": """
            -buchhalter(in), -controller(in), -wirtschaftsprüfer(in), steuerberater(in), steuerfachangestellter
            steuerfachangestellte, bankkaufmann, bankkauffrau, -bilanzbuchhalter(in), revisor(in), bankberater(in)
            anlageberater(in), -finanzberater(in), finanzwirt(in), bankier, banker(in), vermögensberater(in)
            steuerassistent(in), -steuerfachwirt(in), kreditanalyst(in), lohnbuchhalter(in), -buchhaltungskraft
            schadenregulierer, sachbearbeiter buchhaltung, firmenkundenberater(in) bank, finanzanalyst(in)
            bankfachwirt(in), bankangestellte, bankangestellter, finanzbeamter, finanzbeamtin, aktuar(in)
            rechnungsprüfer(in), wirtschaftsprüferassistent(in), sparkassenbetriebswirt, sparkassenfachwirt
            vermögensverwalter(in), privatkundenberater(in), fachkraft für buchhaltung, bankbetriebswirt(in)
            kundenberater bank, lohnsachbearbeiter(in), lohn und gehaltsbuchhalter(in), gehaltsbuchhalter(in)""",
        "it": """
            -entwickler(in) medium, -softwareentwickler(in), -programmierer(in), -informatiker(in)
            fachinformatiker(in), -systemadministrator(in), -administrator(in) medium, -webentwickler(in)
            anwendungsentwickler(in), it systemkaufmann, systemintegrator(in), -systemtechniker(in)
            netzwerktechniker(in), -softwarearchitekt(in), it berater(in), datenanalyst(in), systemanalytiker(in)
            -datenbankadministrator(in), fachinformatiker für anwendungsentwicklung
            fachinformatiker für systemintegration, edv techniker, it techniker, softwareingenieur(in)
            wirtschaftsinformatiker(in), anwendungsbetreuer(in), sap berater(in), -softwaretester(in)
            systembetreuer(in), it systemelektroniker(in), organisationsprogrammierer(in), -programmierung
            -systemingenieur(in), medieninformatiker(in), -admin weak, systemarchitekt(in), it koordinator(in)
            lösungsarchitekt(in), it sicherheitsbeauftragter, it sicherheitsbeauftragte
            informationssicherheitsbeauftragter, anforderungsmanager(in), requirements engineer""",
        "marketing": """
            -texter(in), pressesprecher(in), pressereferent(in), kommunikationswirt(in), werbekaufmann
            werbekauffrau, mediaberater(in), marketingkaufmann, veranstaltungskaufmann, veranstaltungskauffrau
            werbetexter(in), öffentlichkeitsarbeiter(in), medienberater(in), produktspezialist(in)
            kaufmann für marketingkommunikation, kauffrau für marketingkommunikation, volontär(in) marketing
            marktforscher(in), kameramann, unternehmenssprecher(in), visual merchandiser(in), online redakteur(in)
            webredakteur(in), content redakteur(in), mediengestalter(in) marketing""",
        "sales": """
            -verkäufer(in), -vertriebler(in), -vertreter(in) medium, handelsvertreter(in)
            außendienstmitarbeiter(in), außendienstler(in), innendienstmitarbeiter(in), einzelhandelskaufmann
            einzelhandelskauffrau, immobilienmakler(in), verkaufsberater(in), vertriebsbeauftragter
            vertriebsbeauftragte, fachverkäufer(in), kaufmann im einzelhandel, -akquisiteur(in)
            kauffrau im einzelhandel, groß und außenhandelskaufmann, groß und außenhandelskauffrau
            vertriebsingenieur(in), fachberater(in) medium, handelsfachwirt(in), filialmitarbeiter(in)
            -makler(in) medium, händler(in), autohändler(in), vertriebsrepräsentant(in)
            kaufmann im groß und außenhandel, kauffrau im groß und außenhandel, -verkaufskraft, pharmareferent(in)
            automobilkaufmann, automobilkauffrau, automobilverkäufer(in), reiseverkehrskaufmann
            reiseverkehrskauffrau, reisebürokaufmann, propagandist(in), kassiererin verkauf, gebietsrepräsentant(in)
            tourismuskaufmann, tourismuskauffrau, großhandelskaufmann, großhandelskauffrau
            kaufmann für groß und außenhandelsmanagement, medizinprodukteberater(in), telefonverkäufer(in)
            vermieter(in) weak, versicherungskaufmann, versicherungskauffrau, versicherungsmakler(in)
            versicherungsberater(in), versicherungsfachmann, versicherungsvertreter(in), kassierer(in)""",
        "operations": """
            -projektassistent(in), projektkoordinator(in), projektmitarbeiter(in), kundendienstmitarbeiter(in)
            callcenter agent, sicherheitsbeauftragter, sicherheitsfachkraft, fachkraft für arbeitssicherheit, sifa?
            call center agent, kundenservicemitarbeiter(in), organisator(in), einsatzplaner(in)
            kundenberater callcenter, projektplaner(in), projektsteuerer, sicherheitsingenieur(in)
            kundenbetreuer(in), kundenberater(in) medium, hausmeister(in) medium""",
        "hr": """
            personalreferent(in), -recruiter(in), personaler(in), personalsachbearbeiter(in), ausbilder(in)
            -personalberater(in), personalentwickler(in), personaldisponent(in), personalkaufmann
            personaldienstleistungskaufmann, betriebsrat, personaldienstleistungskauffrau, personalfachkauffrau
            personalfachkaufmann, betriebsratsvorsitzender, arbeitsvermittler(in), personalvermittler(in)
            betriebsratsvorsitzende, personalrat""",
        "engineering": """
            -ingenieur(in) medium, -ing medium, dipl ing weak, diplomingenieur(in) medium, -konstrukteur(in)
            -techniker(in) weak, -forscher(in), wissenschaftler(in) medium, wissenschaftlicher mitarbeiter
            wissenschaftliche mitarbeiterin, chemiker(in), physiker(in), biologe, biologin, biochemiker(in)
            laborant(in), chemielaborant(in), -zeichner(in), bauzeichner(in), technischer zeichner
            technische zeichnerin, cta?, bta?, mta?, ingenieurin, entwicklungsingenieur(in)
            maschinenbauingenieur(in), architekt(in) weak, bauingenieur(in), elektroingenieur(in)
            verfahrenstechniker(in), mathematiker(in), geologe, geologin, produktentwickler(in)
            wirtschaftsingenieur(in), elektrotechniker(in), maschinenbautechniker(in), -statiker(in)
            technischer produktdesigner, patentingenieur(in), vermessungstechniker(in), wirtschaftsing
            prüfingenieur(in), staatlich geprüfter techniker, berechnungsingenieur(in), techn angestellter
            technischer angestellter, technische angestellte, doktor der physik, postdoktorand(in)
            chemisch technische assistentin, biologisch technische assistentin, cad konstrukteur(in)
            -planer(in) weak, landvermesser, -projektingenieur(in), qualitätsprüfer(in), qualitätsingenieur(in)
            entwickler hardware, hardwareentwickler(in), anwendungstechniker(in)""",
        "legal": """
            rechtsanwalt, rechtsanwältin, -anwalt, -anwältin, -jurist(in), syndikus, syndikusrechtsanwalt, notar(in)
            richter(in), justiziar(in), datenschutzbeauftragter, datenschutzbeauftragte
            rechtsanwaltsfachangestellte, rechtsreferendar(in), patentanwalt, staatsanwalt, staatsanwältin
            rechtsfachwirt(in), rechtsberater(in), notariatsangestellte, rechtspfleger(in), patentanwältin
            rechtsassessor(in), notarfachangestellte, volljurist(in), wirtschaftsjurist(in), fachanwalt
            fachanwältin, rechtsreferent(in)""",
        "purchasing": """
            -einkäufer(in), -beschaffer(in), einkaufssachbearbeiter(in), einkaufsreferent(in), facheinkäufer(in)""",
        "production": """
            -fahrer(in), -lagerist(in), -mechaniker(in), mechatroniker(in), -elektriker(in), -schlosser(in)
            -schweißer(in), -monteur(in), elektroniker(in), -arbeiter(in) medium, produktionshelfer(in)
            -maschinenführer(in), -fachkraft für lagerlogistik, tischler(in), schreiner(in), maler(in), maurer(in)
            zimmermann, klempner(in), installateur(in), dachdecker(in), zerspanungsmechaniker(in), spediteur(in)
            speditionskaufmann, speditionskauffrau, fertigungsplaner(in), produktionsplaner(in)
            arbeitsvorbereiter(in), fachlagerist(in), kommissionierer(in), staplerfahrer(in), kraftfahrer(in)
            berufskraftfahrer(in), lkw fahrer, -logistiker(in), anlagenführer(in), -dreher(in), -fräser(in)
            werkzeugmacher(in), industriemechaniker(in), -maschinist(in), lagermitarbeiter(in), -lagerarbeiter(in)
            versandmitarbeiter(in), elektroinstallateur(in), anlagenmechaniker(in), -helfer(in) weak, schneider(in)
            buchbinder(in), drucker(in), gießer(in), -bauer(in) medium, lackierer(in), fliesenleger(in)
            instandhalter(in), -handwerker(in), zusteller(in), briefträger(in), chemikant(in), pharmakant(in)
            verpacker(in), produktionstechniker(in), kaufmann für spedition und logistikdienstleistung
            kfz mechatroniker(in), busfahrer(in), lokführer(in), gabelstaplerfahrer(in), straßenbauer(in)
            gerüstbauer(in), -fertiger, verfahrensmechaniker(in), -rüster, zimmerer, stuckateur(in), glaser(in)
            medientechnologe, -disponent(in) medium, servicetechniker(in), kundendiensttechniker(in)""",
        "general_management": "unternehmensentwickler(in), stabsstelle geschäftsführung, vorstandsreferent(in)",
        "other": """
            -berater(in) weak, -referent(in) weak, -sachbearbeiter(in) weak, -mitarbeiter(in) weak
            -spezialist(in) weak, -beauftragter weak, -beauftragte weak, angestellter weak, angestellte weak
            -fachkraft weak, -koordinator(in) weak, -kaufmann weak, -kauffrau weak, -lehrer(in), -dozent(in)
            -professor(in), -arzt, -ärztin, krankenschwester, krankenpfleger(in), -pfleger(in), pflegekraft
            altenpfleger(in), pflegefachkraft, pflegefachfrau, pflegefachmann, erzieher(in), sozialarbeiter(in)
            sozialpädagoge, sozialpädagogin, -therapeut(in), psychologe, psychologin, apotheker(in), pta?, -pädagoge
            -pädagogin, zahnarzt, zahnärztin, tierarzt, tierärztin, hebamme, mfa?, zfa?
            medizinische fachangestellte, zahnmedizinische fachangestellte, koch, köchin, kellner(in), bäcker(in)
            metzger(in), fleischer(in), friseur(in), frisör(in), kosmetiker(in), gärtner(in), landwirt(in), bauer
            polizist(in), polizeibeamter, polizeibeamtin, beamter, beamtin, feuerwehrmann, soldat(in), pfarrer(in)
            journalist(in), schauspieler(in), musiker(in), künstler(in), autor(in), übersetzer(in), dolmetscher(in)
            bibliothekar(in), hausfrau, hausmann, freiberufler(in), freiberuflich weak, selbständig weak
            selbstständig weak, selbstständiger, selbständiger, rezeptionist(in), empfangsmitarbeiter(in)
            empfangsdame, -verwaltungsangestellte, -verwaltungsangestellter, verwaltungsfachangestellte
            verwaltungsfachangestellter, verwaltungsfachwirt(in), bürokaufmann weak, bürokauffrau weak
            -bürokraft weak, industriekaufmann weak, industriekauffrau weak, kaufmännische angestellte weak
            kaufmännischer angestellter weak, kaufm angestellte weak, kaufmann für büromanagement weak
            kauffrau für büromanagement weak, -schwester, heilpraktiker(in), physiotherapeut(in), ergotherapeut(in)
            logopäde, logopädin, rettungssanitäter(in), notfallsanitäter(in), optiker(in), augenoptiker(in)
            zahntechniker(in), hotelfachfrau, hotelfachmann, restaurantfachfrau, restaurantfachmann
            -analyst(in) weak, -experte weak, -expertin weak, -assessor(in) weak, -coach weak, -gutachter(in) weak
            -sachverständiger weak, -inspektor(in) weak, politiker(in), abgeordneter, stadtrat, diplomat(in)
            detektiv(in), wachmann, sicherheitsmitarbeiter(in), flugbegleiter(in), pilot(in)
            unternehmensberater(in), arbeitslos, arbeitssuchend, arbeitsuchend, elternzeit, mutter
            betriebswirt(in) weak, volkswirt(in) weak, dipl kaufmann weak, dipl kfm weak, dipl betriebswirt weak
            diplom kaufmann weak, fachwirt(in) weak, tagesmutter, kinderpfleger(in), heilerziehungspfleger(in)
            studienrat, studienrätin, oberstudienrat, raumausstatter(in), florist(in), goldschmied(in), förster(in)
            winzer(in), tänzer(in), sänger(in), regisseur(in), innenarchitekt(in), immobilienkaufmann
            immobilienkauffrau, stadtplaner(in), landschaftsarchitekt(in), umweltbeauftragter, umweltberater(in)
            sozialversicherungsfachangestellte, privatier, facharzt, fachärztin, assistenzarzt, assistenzärztin
            sprecher(in) weak, ehrenamtlich*, sportwissenschaftler(in), fahrlehrer(in), stylist(in), tierpfleger(in)
            konditor(in), barkeeper, servicekraft weak, aushilfe weak, minijobber weak, -bearbeiter(in) weak
            -gehilfe weak, leitstellendisponent, historiker(in), germanist(in), archivar(in), ernährungsberater(in)
            yogalehrer(in), personaltrainer(in) sport, dr med, kfm angestellte weak, kfm angestellter weak
            kaufm angestellter weak, business partner(in) weak, reinigungskraft medium, gebäudereiniger(in) medium
            -redakteur(in), -grafiker(in), grafikdesigner(in), mediengestalter(in), -designer(in) medium
            fotograf(in), kommunikationsdesigner(in), lektor(in), mediadesigner(in), gestalter(in), illustrator(in)
            mediengestalterin digital und print, webgestalter(in), webdesigner(in), oberarzt, oberärztin
            leitender oberarzt, leitende oberärztin, stellenlos, jobsuchend, auf jobsuche, auf der suche
            referent der geschäftsführung, referentin der geschäftsführung, referent des vorstands
            -trainer(in) weak""",
    },
    fields={
        "finance": """
            finanz*, buchhaltung*, rechnungswesen, steuer*, bilanz*, revision, bank*, versicherung* medium, kredit*
            treasury, lohnbuchhaltung, debitoren*, kreditoren*, fakturierung, mahnwesen, wirtschaftsprüfung
            anlagen weak, fibu, faktura, vermögen*, risikomanagement, risiko* medium, inkasso, beteiligung*
            schaden* medium, kosten* medium, konzernrechnungslegung, zahlungsverkehr, wertpapier*
            betriebswirtschaft* medium, hauptbuch*, konsolidierung, rechnung* medium, abrechnung medium, förder weak
            investor, lohn medium, gehalt medium, entgelt*, lohnabrechnung, entgeltabrechnung, gehaltsabrechnung
            konzernrevision, konzernrechnungswesen, konzernsteuern""",
        "it": """
            edv, informatik*, software*, netzwerk*, anwendung* medium, system* medium, datenbank*, daten medium
            digital* weak, informationstechnik*, informationstechnologie, informationssicherheit, itk, iuk
            rechenzentrum, web medium, internet medium, digitalisierung* medium, computer*, informationssystem*
            cyber*, informations* medium, telekommunikation* medium, datenverarbeitung*, organisation und it
            frontend, backend, softwareentwicklung, anwendungsentwicklung, systemtechnik, it sicherheit
            künstliche intelligenz, it organisation, stammdaten weak, anforderungsmanagement medium""",
        "marketing": """
            werbung, werbe*, presse* medium, öffentlichkeitsarbeit, kommunikation*, unternehmenskommunikation
            medien* medium, redaktion*, veranstaltung* medium, event*, marken*, gestaltung* medium, grafik* medium
            kampagne*, content* medium, messen weak, publikation*, verlag* weak, onlinemarketing, marktforschung, pr
            kreativ* medium, social*, messe medium, print medium, online* medium, foto* weak""",
        "sales": """
            vertrieb*, verkauf*, außendienst*, innendienst* medium, kunden* weak, export* medium, handel* medium
            filial* medium, akquise, akquisition, einzelhandel* medium, großhandel* medium, absatz*
            geschäftskunden* medium, firmenkunden* medium, privatkunden* medium, markt weak, gebiets* weak
            geschäftsentwicklung, immobilienvertrieb, verkaufsinnendienst, verkaufsaußendienst, angebotswesen medium
            auftragsabwicklung medium, auftragsbearbeitung medium, außenhandel* medium, account*, vertr medium
            vertriebsinnendienst, vertriebsaußendienst, key*, kundengewinnung, agentur* weak, regional* weak
            bezirks* weak""",
        "operations": """
            projekt* weak, kundendienst* medium, kundenservice* medium, service* weak, prozess* weak
            organisation* weak, gebäude* weak, arbeitssicherheit medium, betriebs* weak, projektmanagement medium
            facility* medium, orga weak, sicherheit* weak, callcenter* medium, kundencenter medium
            prozessmanagement medium, operativ* weak, liegenschaften medium, umweltschutz weak, bau* weak
            beschwerdemanagement medium, notfall* weak, kundenbetreuung medium, after sales medium""",
        "hr": """
            personal*, ausbildung* medium, recruiting, weiterbildung medium, personalentwicklung, personalwesen
            personalabteilung, personalmanagement, mitarbeiter* medium, personalbeschaffung, arbeitsrecht weak
            human* medium, training* medium, schulung* medium, aus und weiterbildung, personalverwaltung
            organisationsentwicklung medium, seminar* weak, personalmarketing, personalgewinnung, bildung* weak
            personaladministration""",
        "engineering": """
            entwicklung* medium, konstruktion*, forschung*, technik* medium, technisch* weak, engineering
            labor* medium, f&e, fue, maschinenbau medium, elektrotechnik medium, verfahrenstechnik medium
            elektronik* medium, innovation* medium, produktentwicklung*, anlagenbau weak, versuch* weak
            patente medium, hardware* medium, mechanik weak, elektro* weak, forschung und entwicklung, prüf* weak
            elektrik weak, fahrzeug* weak, automatisierung* medium, robotik medium, hochbau weak, tiefbau weak
            wissenschaft* medium, planung* weak, bauplanung medium, mess* weak, energie* weak, sensorik medium
            physik medium, chemie* weak, qualität* medium, qm medium, qualitätssicherung medium
            qualitätsmanagement medium, qs medium, produktmanagement medium, produkt* weak""",
        "legal": """
            recht, rechts*, datenschutz*, compliance, vertragsrecht, juristisch*, vertrags* weak
            vertragsmanagement medium, patent* medium, jura, justiz*, rechtsabteilung, geldwäsche*, notariat*
            kanzlei* medium, zulassung medium""",
        "purchasing": """
            einkauf*, beschaffung*, lieferanten* medium, warengruppen* medium, zukauf, materialeinkauf, wareneinkauf
            disposition weak, vergabe* medium, einkäufe""",
        "production": """
            produktion*, fertigung*, logistik*, lager, lager*, lagerwirtschaft, versand*, werk weak, werks* weak
            montage*, instandhaltung* medium, transport* medium, spedition*, fuhrpark medium, werkzeugbau
            arbeitsvorbereitung, produktionsplanung, zoll* medium, disposition medium, supply*, material* medium
            verpackung medium, herstell*, werkstatt* medium, druckerei medium, wareneingang, warenausgang
            import medium, betrieb medium, bauhof medium, anlagentechnik weak, fabrik*, verkehr* weak
            fahrdienst medium, versorgung* weak, gießerei, schicht* weak, maschinen* weak, kfz weak, flotten medium
            mechanisch* weak, materialwirtschaft medium""",
        "general_management": """
            strategie* medium, unternehmensentwicklung medium, geschäftsfeld* weak, geschäftsbereich* weak
            sparte weak, unternehmens* weak, konzernentwicklung medium, geschäftsstelle weak, niederlassung* weak
            landes* weak, länder weak, stabsstelle weak""",
        "other": """
            pflege* medium, schule weak, schul* weak, universität* weak, hochschule weak, klinik* weak
            krankenhaus weak, praxis* weak, küche* medium, hotel* weak, gastronomie medium, nachhaltigkeit* medium
            umwelt* weak, immobilien* weak, sozial* weak, kita weak, kultur* weak, museum weak, kirche weak
            gesundheit* weak, medizin* weak, polizei* weak, bibliothek* medium, beratung* weak, consulting weak
            jugend* weak, pädagogisch* medium, therapeutisch* medium, hauswirtschaft* medium, sport* weak
            musik* medium, stadt* weak, kinder* weak, gemeinde* weak, bundes* weak, ärztlich* medium, garten* weak
            landschafts* weak, wohn* weak, verein* weak, theater* medium, forst* medium, landwirtschaft* medium
            tourismus* weak, politik weak, verwaltung* weak, büro* weak, zentrale dienste weak, hausverwaltung weak
            innere dienste weak, administration weak, ux medium""",
    },
    bodies={
        "c_level general_management soft": """
            -geschäftsführung, -geschäftsleitung, vorstandschaft, gesellschafterversammlung, konzernleitung
            konzernführung, vorstand, aufsichtsrat, verwaltungsrat, verwaltungsrates, verwaltungsrats, beirat
            beirats, aufsichtsrats, vorstands, vorstandes, unternehmensleitung, stiftungsrat""",
        "director": "direktion",
    },
    marks={
        "assistant": """
            -assistent(in), -assistenz, -sekretär(in), chefsekretär(in), vorstandsassistent(in)
            direktionsassistent(in), assistentin der, teamassistenz, teamassistent(in)
            assistent der geschäftsführung, assistenz der geschäftsführung, direktionssekretärin, schreibkraft
            assistenzkraft, fremdsprachenkorrespondent(in), assist der gf""",
        "past": """
            ehemaliger, ehemalige, ehemals, ehem, rentner(in), pensionär(in), pensioniert, früher, früherer
            im ruhestand, ruhestand, ausgeschieden, verstorben, außer dienst, ruheständler(in), altgeschäftsführer
            ehm, frühere, i.r., a.d., i. r.""",
        "now": "jetzt, aktuell, derzeit, heute",
        "junior": """
            -praktikant(in), praktikum, -werkstudent(in), werksstudent(in), -auszubildende, -auszubildender, azubi
            -azubi, trainee, -trainee, -lehrling, doktorand(in), volontär(in), umschüler(in), referendar(in)
            bachelorand(in), masterand(in), promovend(in), hiwi, -volontär(in), in ausbildung, ausbildung zum
            ausbildung zur, wissenschaftliche hilfskraft, doktorandin, studentische hilfskraft""",
        "deputy": """
            stellvertretender, stellvertretende, stellvertr, stellv, stv, vize, stellvertreter(in), kommissarischer
            kommissarische, ständiger vertreter, stelv""",
        "prep": "der, des, für, im, von, zur, zum, in, mit, bei der, vom, aus, den, dem, am",
        "article": "die, das, ein, eine",
        "and": "und, u, sowie, bzw",
        "cut": "bei, beim, fa",
        "noise": """
            leitender, leitende, senior, regional, deutschland, österreich, schweiz, international*, europa, nord
            süd, ost, west, weltweit, global, dipl, diplom, abteilung, bereich, team, gruppe, geprüfter, geprüfte
            staatlich, freier, freie, ltd, leitend, hauptamtlich, verantwortung, allgemein, allgemeine, prof, mag
            bsc, bachelor, master, of, arts, nrw, bayern, ddr, teilzeit, vollzeit, zentral*, haupt, national*
            extern, interne, externe, strategisch*, operativer, operative, konzern*, firma, kaufmännisch*, kfm
            kaufm""",
        "legal_form": "gmbh & co kg, e v, ev, eg, kgaa, mbh, gbr, ek, e k, partg, gemeinnützige",
        "pupil": """
            student(in), schüler(in), absolvent(in), masterstudent(in), studierende, studierender, diplomand(in)
            hochschulabsolvent(in), stud, duale studentin, dualer student, duales studium""",
        "member": "mitglied, mitglieder, mitglied im, mitglied in, mitglied des",
        "serving": "im auftrag, -sekretariat",
    },
)
