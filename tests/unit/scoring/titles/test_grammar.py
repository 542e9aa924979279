"""How words make a reading: heads and themes, parts and fields, assistants, beginners, the past, companies."""

import pytest

from connector.scoring.titles import read_title


def seen(title: str) -> tuple[str | None, str | None]:
    """The two answers of a title."""
    read = read_title(title)
    return read.seniority, read.function


@pytest.mark.parametrize(
    ("title", "seniority", "function"),
    [
        ("CFO & COO", "c_level", "finance"),
        ("COO & CFO", "c_level", "operations"),
        ("Founder / CTO", "c_level", "it"),
        ("Teacher / Marketing Director", "director", "marketing"),
        ("Vice President of Engineering and Co-Founder", "c_level", "general_management"),
        ("CEO, Sales & Marketing Director", "c_level", "general_management"),
        ("Sales Director, Board Member", "c_level", "sales"),
        ("Lawyer, Partner", "c_level", "legal"),
        ("SVP, Head of Sales", "vp", "sales"),
        ("Founder, Sales Director", "c_level", "general_management"),
        ("Mitglied der Geschäftsleitung, Leiter Produktion", "c_level", "production"),
        ("Owner & Photographer", "c_level", "general_management"),
        ("Account Manager | Consultant", "manager", "sales"),
    ],
)
def test_of_several_titles_the_highest_counts(title: str, seniority: str, function: str) -> None:
    """The highest rank wins and brings its function; a seat on a board takes the function of the job beside it."""
    assert seen(title) == (seniority, function)


@pytest.mark.parametrize(
    ("title", "seniority", "function"),
    [
        ("Sales & Marketing Director", "director", "sales"),
        ("Director, Sales & Marketing", "director", "sales"),
        ("IT, Finance and HR Director", "director", "it"),
        ("Marketing - Manager", "manager", "marketing"),
        ("Einkaufs- und Logistikleiter", "director", "purchasing"),
        ("Leiter Einkauf & Logistik", "director", "purchasing"),
        ("Technical Sales Manager", "manager", "sales"),
        ("Regional Manager Sales", "manager", "sales"),
        ("Directeur Administratif & Financier", "director", "finance"),
        ("Geschäftsführer Vertrieb", "c_level", "sales"),
        ("Project Manager", "manager", "operations"),
        ("IT Project Manager", "manager", "it"),
        ("Marketing Consultant", "other", "marketing"),
        ("Marketing Teacher", "other", "other"),
        ("Coordinador Administrativo y Financiero", "other", "finance"),
        ("Head of Product Management, Finance", "director", "finance"),
        ("Finance Manager, IT Manager and Sales", "manager", "finance"),
        ("Manager Director Marketing", "director", "marketing"),
    ],
)
def test_fields_belong_to_their_head(title: str, seniority: str, function: str) -> None:
    """A field counts for the head that it stands beside, the first of several joined ones, strong before weak."""
    assert seen(title) == (seniority, function)


@pytest.mark.parametrize(
    ("title", "seniority", "function"),
    [
        ("Partner Manager", "manager", "sales"),
        ("Partner Compliance Manager", "manager", "legal"),
        ("Board Secretary", "other", "other"),
        ("Talent Partner", "other", "hr"),
        ("Tax Partner", "c_level", "finance"),
        ("Manager Global Partner Network", "manager", "it"),
        ("Partner Sales Execution", "other", "sales"),
        ("Partner Xyzzy Team", None, None),
        ("Data Owner", "other", "it"),
        ("Platform Owner", "other", "it"),
        ("Restaurant Owner", "c_level", "general_management"),
        ("Psychiatrist, Board Certified", "other", "other"),
        ("Accountant, Board", "other", "finance"),
        ("Web Development, Baltimore, MD", "other", "it"),
        ("MD, Acme", "c_level", "general_management"),
        ("AD Teacher", "other", "other"),
        ("AD Director", "director", "marketing"),
        ("Pediatrician MD", "other", "other"),
        ("Board Advisor", "other", "other"),
        ("Mitglied des Beirats", "c_level", "general_management"),
        ("Member of the Sales Team", "other", "sales"),
        ("Sales Manager, Member of the Board", "c_level", "sales"),
        ("Sales Manager Member", "manager", "sales"),
        ("CEO Coach", "other", "other"),
        ("President Accountant", "other", "finance"),
        ("Owner Photographer", "c_level", "general_management"),
        ("Partner Attorney", "other", "legal"),
        ("Managing Director General Manager", "c_level", "general_management"),
        ("President's Office Manager", "manager", "other"),
        ("CEO's Office", "other", "other"),
        ("Advisor to the CFO", "other", "finance"),
        ("Consultant Manager", "manager", "other"),
        ("Director Consultant", "director", "other"),
        ("Driver of the CEO", "other", "production"),
        ("Driver's Helper", "other", "production"),
        ("Accountant Driver", "other", "production"),
        ("Accountant Consultant", "other", "finance"),
    ],
)
def test_the_deciding_noun_is_found(title: str, seniority: str | None, function: str | None) -> None:
    """A rank that is only the theme of the next noun, or stands behind a preposition, does not count."""
    assert seen(title) == (seniority, function)


@pytest.mark.parametrize(
    ("title", "seniority", "function"),
    [
        ("Executive Assistant to the CEO", "other", "other"),
        ("Assistant to the CFO and COO", "other", "other"),
        ("Assistant to the CFO & Head of Legal", "other", "other"),
        ("PA to the Head of Sales", "other", "other"),
        ("PA to the Sales Director", "other", "other"),
        ("Assistenz CEO", "other", "other"),
        ("Director, Office of the President", "director", "general_management"),
        ("Manager supporting Sales", "manager", "sales"),
        ("CEO Assistant", "other", "other"),
        ("Sales Director Assistant", "other", "sales"),
        ("Assistant to the President, CEO", "other", "other"),
        ("Marketing Assistant", "other", "marketing"),
        ("Assistant Marketing Manager", "manager", "marketing"),
        ("Assistant Vice President", "vp", "general_management"),
        ("Assistant Buyer", "other", "purchasing"),
        ("Assistant Shift Lead", "manager", "other"),
        ("Assistant CEO", "other", "other"),
        ("Assistentin der Geschäftsführung", "other", "other"),
        ("Assistante du Directeur Financier", "other", "other"),
        ("Head of the Executive Assistants", "director", "other"),
        ("Executive Assistant & Office Manager", "manager", "other"),
    ],
)
def test_who_assists_is_not_who_is_assisted(title: str, seniority: str, function: str) -> None:
    """An assistant has no rank; "assistant" before a lower rank or a trade only describes it."""
    assert seen(title) == (seniority, function)


@pytest.mark.parametrize(
    ("title", "seniority", "function"),
    [
        ("former CEO", "other", "other"),
        ("Former CEO and Founder", "other", "other"),
        ("ex-CFO", "other", "finance"),
        ("ehemaliger Geschäftsführer", "other", "other"),
        ("CEO (retired)", "other", "other"),
        ("Retired", "other", "other"),
        ("Retired: CEO", "other", "other"),
        ("Former CEO, now Sales Manager", "manager", "sales"),
        ("Sales Manager | Ex-Director", "manager", "sales"),
        ("Founder, ex Acme", "c_level", "general_management"),
    ],
)
def test_the_past_gives_no_rank(title: str, seniority: str, function: str) -> None:
    """A former rank is no rank; what is said to be now, or stands apart, still counts."""
    assert seen(title) == (seniority, function)


@pytest.mark.parametrize(
    ("title", "seniority", "function"),
    [
        ("Intern", "other", "other"),
        ("Marketing Intern", "other", "marketing"),
        ("Sales Manager Trainee", "other", "sales"),
        ("CEO Intern", "other", "other"),
        ("Student Services Manager", "manager", "other"),
        ("Student Finance Manager", "manager", "finance"),
        ("Student", "other", "other"),
        ("Student of Law", "other", "other"),
        ("Graduate Engineer", "other", "engineering"),
        ("Werkstudentin Marketing", "other", "marketing"),
        ("Trainee Sales Manager", "other", "sales"),
    ],
)
def test_beginners_have_no_rank(title: str, seniority: str, function: str) -> None:
    """A student, trainee or intern has no rank, but "student services" is a field."""
    assert seen(title) == (seniority, function)


@pytest.mark.parametrize(
    ("title", "seniority", "function"),
    [
        ("Lead Developer", "manager", "it"),
        ("Developer Lead", "manager", "it"),
        ("Marketing Lead", "manager", "marketing"),
        ("Director Lead Generation", "director", "marketing"),
        ("Lead Manager Sales", "manager", "sales"),
        ("Manager Lead", "manager", "other"),
        ("Chief Happiness Officer", "c_level", "hr"),
        ("Chief Sales Excellence Officer", "c_level", "sales"),
        ("Chief Data Privacy Officer", "c_level", "legal"),
        ("Chief Teacher", "manager", "other"),
        ("Chief Flavorist", "manager", "other"),
        ("Chief Product", "c_level", "engineering"),
        ("Chief of Surgery", "director", "other"),
    ],
)
def test_lead_and_chief_take_their_rank_from_the_next_word(title: str, seniority: str, function: str) -> None:
    """A lead is a manager; a chief is C-level as an officer, else leads a trade or a department."""
    assert seen(title) == (seniority, function)


@pytest.mark.parametrize(
    ("title", "seniority", "function"),
    [
        ("CEO at Sales Experts", "c_level", "general_management"),
        ("CTO @ Acme & Partner", "c_level", "it"),
        ("Geschäftsführerin bei Muster Logistik GmbH", "c_level", "general_management"),
        ("Geschäftsführer Muster Logistik GmbH", "c_level", "general_management"),
        ("Leiter Einkauf Muster Bau GmbH", "director", "purchasing"),
        ("Manager at Acme, Finance", "manager", "other"),
        ("at Acme, Sales Manager", "manager", "sales"),
        ("Managing Director, Sales", "c_level", "sales"),
    ],
)
def test_the_company_s_name_is_not_the_field(title: str, seniority: str, function: str) -> None:
    """What follows "at", "bei" or "@", and what stands before a legal form, is a company."""
    assert seen(title) == (seniority, function)


@pytest.mark.parametrize(
    ("title", "seniority", "function"),
    [
        ("Director", "director", "general_management"),
        ("Direktor", "director", "general_management"),
        ("Directeur", "director", "general_management"),
        ("Director of Xyzzy", "director", "other"),
        ("VP", "vp", "general_management"),
        ("Manager", "manager", "other"),
        ("Marketing", "other", "marketing"),
        ("Geschäftsleitung", "c_level", "general_management"),
        ("Sales Management", "manager", "sales"),
        ("Management Sales Director", "director", "sales"),
        ("Zoologist", "other", "other"),
    ],
)
def test_what_is_not_said_has_a_default(title: str, seniority: str, function: str) -> None:
    """A leader without a field leads the whole, a manager then is in another field, a field alone has no rank."""
    assert seen(title) == (seniority, function)


@pytest.mark.parametrize(
    "title", ["", "   ", "n/a", "-", "test", "xq zvb", "info@acme.example.com", "http://acme.example.com", "123", "Mr."]
)
def test_junk_is_not_recognised(title: str) -> None:
    """Addresses, fillers and noise have neither seniority nor function, and confidence 0."""
    read = read_title(title)
    assert (read.seniority, read.function, read.confidence) == (None, None, 0.0)
