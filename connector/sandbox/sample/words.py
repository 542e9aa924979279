"""The words that sample data is made of: names by language, titles as people write them, invented companies."""

from __future__ import annotations

FIRST_NAMES = {
    "en": ("Amelia", "Oliver", "Siobhán", "Harriet", "Niamh", "Callum", "Priya", "Zoë", "Tobias", "Imogen", "Rhys",
           "Orla", "Desmond", "Keira", "Chidi", "Fiona"),
    "de": ("Jürgen", "Käthe", "Björn", "Annegret", "Sören", "Ulrike", "Lukas", "Mareike", "Günther", "Heike", "Ömer",
           "Friederike"),
    "fr": ("François", "Hélène", "Benoît", "Maëlle", "Anaïs", "Thibault", "Noémie", "Gaël", "Sylvie", "Émile"),
    "nl": ("Sjoerd", "Femke", "Daniël", "Marijke", "Wouter", "Loes", "Joost", "Noëlle"),
    "es": ("Núria", "Iñaki", "Beatriz", "Álvaro", "Begoña", "Joaquín"),
    "it": ("Niccolò", "Giulia", "Loredana", "Tommaso", "Fiammetta", "Ruggero"),
    "sv": ("Åsa", "Göran", "Linnéa", "Håkan", "Malin", "Örjan"),
    "da": ("Søren", "Bodil", "Jørgen", "Maja", "Kåre", "Ditte"),
}  # fmt: skip
LAST_NAMES = {
    "en": ("Thistlewood", "Ashcombe", "O'Dwyer-Finch", "Marlowe", "Pennyfeather", "Okonjo-Reed", "Hartigan", "Lovelock",
           "Wetherby", "Quillfeather", "Ní Bhraonáin", "Larkspur", "Greycastle", "Tamberlane", "Blackwater"),
    "de": ("Mühlenbrück", "Großkopf", "Wiesenthaler", "Rübezahl", "von der Aue", "Köhlerbach", "Sägemüller",
           "Tannenhöfer", "Çağlayanoğlu", "Kranzfelder"),
    "fr": ("Lefèvremont", "Dubois-Clairval", "Châteauneuf", "Beaurivière", "Grandchêne", "D'Aubépine", "Rochemaure"),
    "nl": ("van der Wilgen", "Zonneveldt", "IJsselgraaf", "Duinkerk", "de Windmolen", "Kaasjager"),
    "es": ("Peñaverde", "Castañeda Ruiz", "Montesol", "Aguilafuente", "Ibáñez Lluch"),
    "it": ("Pontelungo", "Dell'Acquaviva", "Serracchioli", "Bellafonte", "Montecorvo"),
    "sv": ("Björkängen", "Sjölund-Ek", "Åkerstrand", "Granviken", "Högfors"),
    "da": ("Sønderskov", "Møllegård", "Bækholm", "Ærødal", "Nørrelund"),
}  # fmt: skip
TITLES = {
    "en": ("Financial Director", "Director of Finance", "FD", "CEO", "Chief Executive Officer", "CFO",
           "Finance Director", "Head of IT", "IT Manager", "Chief Information Officer", "CTO", "VP Operations",
           "Vice President, Sales",
           "Marketing Manager", "Head of Marketing", "Procurement Manager", "Senior Buyer", "Plant Manager",
           "Operations Director", "HR Business Partner", "Software Engineer", "Accountant", "Management Accountant",
           "Executive Assistant to the CEO", "Student", "Owner", "Managing Director", "MD", "Founder & CEO",
           "Company Secretary", "Sales Executive", "Intern", "Group Financial Controller", "c.e.o.",
           "HEAD OF FINANCE", "Consultant", "Former CFO, now advisor"),
    "de": ("Geschäftsführer", "Geschäftsführerin", "Kaufmännischer Leiter", "Leiter Finanzen", "Finanzleiterin",
           "Leiter IT", "IT-Leiter", "Bereichsleiterin Einkauf", "Vorstand", "Vorstandsvorsitzender",
           "Prokurist", "Abteilungsleiter Produktion", "Werkleiter", "Sachbearbeiterin Buchhaltung", "Vertriebsleiter",
           "Marketingleiterin", "Referentin der Geschäftsführung", "Werkstudent", "Einkäufer", "CFO", "GF"),
    "fr": ("Directeur financier", "Directrice financière", "DAF", "PDG", "Directeur général", "DSI",
           "Responsable marketing", "Directrice des achats", "Chef de projet", "Assistante de direction",
           "Responsable informatique", "Stagiaire", "Directeur de production", "Comptable"),
    "nl": ("Directeur", "Financieel directeur", "Hoofd ICT", "Inkoper", "Manager Operations", "Controller",
           "Marketingmanager", "Algemeen directeur"),
    "es": ("Director financiero", "Directora general", "Jefe de compras", "Responsable de TI", "Gerente"),
    "it": ("Direttore finanziario", "Amministratore delegato", "Responsabile acquisti", "Direttrice marketing"),
    "sv": ("VD", "Ekonomichef", "IT-chef", "Inköpare", "Marknadschef"),
    "da": ("Administrerende direktør", "Økonomidirektør", "IT-chef", "Indkøber"),
}  # fmt: skip
SENIOR_TITLES = {
    "en": ("Financial Director", "Director of Finance", "Chief Financial Officer", "CEO", "Finance Director", "CFO",
           "Chief Executive Officer", "VP Finance"),
    "de": ("Leiter Finanzen", "Geschäftsführer", "Kaufmännische Leiterin", "CFO"),
    "fr": ("Directeur financier", "Directrice financière", "DAF"),
}  # fmt: skip
ODD_TITLES = (
    "Wizard of Light Bulb Moments", "-", "n/a", "Happiness Hero", "tbd", "Ninja", "Mensch", "x", "Keeper of the Keys",
    "Ms.", "Abt. 4/II", "see LinkedIn",
)  # fmt: skip
LANGUAGE_OF = {
    "GB": "en", "IE": "en", "DE": "de", "AT": "de", "FR": "fr", "NL": "nl", "ES": "es", "IT": "it", "SE": "sv",
    "DK": "da",
}  # fmt: skip
COUNTRIES = (  # as often as a campaign of a British company reaches them
    *("GB",) * 34, *("DE",) * 20, *("FR",) * 12, *("IE",) * 9, *("NL",) * 8, *("ES",) * 5, *("IT",) * 4, *("SE",) * 3,
    *("DK",) * 3, *("AT",) * 2,
)  # fmt: skip
SPELLED_OUT = {"GB": "United Kingdom", "DE": "Deutschland", "FR": "France", "IE": "Ireland", "NL": "The Netherlands"}
CITIES = {
    "GB": ("Leeds", "Bristol", "Manchester", "London", "Cardiff"), "IE": ("Dublin", "Cork", "Galway"),
    "DE": ("Köln", "München", "Hamburg", "Görlitz"), "AT": ("Wien", "Linz"), "FR": ("Lyon", "Nîmes", "Paris"),
    "NL": ("Utrecht", "Rotterdam"), "ES": ("A Coruña", "Sevilla"), "IT": ("Forlì", "Torino"),
    "SE": ("Malmö", "Göteborg"), "DK": ("Århus", "Odense"),
}  # fmt: skip
COMPANY_STEMS = (
    "Quillhaven", "Brambleworth", "Thornwick", "Marrowgate", "Fernhollow", "Nordlichter", "Zahnrad Eberswild",
    "Moulin d'Argent", "Windmolenhof", "Casa Lumbrera", "Ponte Vecchiaro", "Björnvik", "Havbrisen", "Copperleaf",
    "Saltmarsh", "Glasmühle", "Verreau & Fils", "Otterbrook", "Ravenscar Mill", "Tidewater Loom",
)  # fmt: skip
COMPANY_TRADES = (  # (what they do, industrycode)
    ("Turbines", 12), ("Logistics", 30), ("Foods", 17), ("Insurance", 20), ("Engineering", 12), ("Energy", 31),
    ("Consulting", 7), ("Publishing", 3), ("Wholesale", 33), ("Financial Services", 16), ("Clinics", 11),
)  # fmt: skip
LEGAL_FORMS = {
    "GB": "Ltd", "IE": "DAC", "DE": "GmbH", "AT": "GmbH", "FR": "SAS", "NL": "B.V.", "ES": "S.L.", "IT": "S.r.l.",
    "SE": "AB", "DK": "A/S",
}  # fmt: skip
FREEMAIL = ("gmail.com", "outlook.com", "gmx.de", "web.de", "orange.fr", "hotmail.co.uk", "yahoo.com")
PHONES = {  # ranges that the regulators keep for fiction
    "GB": "+44 20 7946 0{:03d}", "IE": "+353 20 911 {:04d}", "DE": "+49 30 23125 {:03d}", "FR": "+33 1 99 00 {:04d}",
}  # fmt: skip
TOPICS = (
    "Energy cost in plants",
    "Cash flow in volatile markets",
    "Carbon accounting",
    "Planning without spreadsheets",
)
ORIGINS = (  # (topic, leadsourcecode): registrations and downloads above all
    ("Webinar registration: {}", 6), ("Webinar registration: {}", 6), ("Webinar registration: {}", 8),
    ("Download: guide to {}", 8), ("Download: guide to {}", 8), ("Download: checklist for {}", 1),
    ("Trade fair contact: {}", 7), ("Newsletter: {}", 8), ("Recommended by a partner: {}", 4), ("Enquiry: {}", 9),
)  # fmt: skip
