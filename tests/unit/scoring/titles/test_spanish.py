"""Spanish titles as people write them, with the seniority and function that a person would give them."""

import pytest

from connector.scoring.titles import read_title

EXAMPLES = [
    ("Gerente General", "c_level", "general_management"),
    ("Director de Recursos Humanos", "director", "hr"),
    ("Consejero Delegado", "c_level", "general_management"),
    ("Socia Directora", "c_level", "general_management"),
    ("Asesor Comercial", "other", "sales"),
    ("Desarrollador Full Stack", "other", "it"),
    ("Director de Operaciones", "director", "operations"),
    ("Contador Público", "other", "finance"),
    ("Jefe de Proyectos IT", "manager", "it"),
    ("Auxiliar administrativo", "other", "other"),
    ("Director General Adjunto", "c_level", "general_management"),
    ("Dueño", "c_level", "general_management"),
    ("Profesora de Primaria", "other", "other"),
    ("Becario de RRHH", "other", "hr"),
    ("Jefe de Almacén", "manager", "production"),
    ("Subdirector de Sistemas", "director", "it"),
    ("Ejecutiva de Cuentas", "other", "sales"),
    ("Secretaria de Dirección", "other", "other"),
    ("Supervisor de Producción", "manager", "production"),
    ("Delegado Comercial", "other", "sales"),
    ("Presidente", "c_level", "general_management"),
    ("Arquitecto", "other", "engineering"),
    ("Comprador", "other", "purchasing"),
    ("Ex Director Comercial", "other", "sales"),
    ("Consultor SAP", "other", "it"),
    ("Chofer", "other", "production"),
    ("Key Account Manager", "manager", "sales"),
    ("Jefe de Obra", "manager", "production"),
]


@pytest.mark.parametrize(("title", "seniority", "function"), EXAMPLES)
def test_spanish_titles_are_read(title: str, seniority: str, function: str) -> None:
    """A Spanish title has the seniority and the function that a person would give it."""
    read = read_title(title)
    assert (read.seniority, read.function) == (seniority, function)
