"""Portuguese titles as people write them, with the seniority and function that a person would give them."""

import pytest

from connector.scoring.titles import read_title

EXAMPLES = [
    ("Diretor Comercial", "director", "sales"),
    ("Diretora de Recursos Humanos", "director", "hr"),
    ("Presidente", "c_level", "general_management"),
    ("Analista de Sistemas", "other", "it"),
    ("Gestor de Projetos", "manager", "operations"),
    ("Técnico de Contabilidade", "other", "finance"),
    ("Gerente Financeiro", "manager", "finance"),
    ("Supervisor de Produção", "manager", "production"),
    ("Gerente de Loja", "manager", "sales"),
    ("Secretária executiva", "other", "other"),
    ("Diretor Jurídico", "director", "legal"),
    ("Desenvolvedora Front-end", "other", "it"),
    ("Proprietária", "c_level", "general_management"),
    ("Aposentado", "other", "other"),
    ("Médico", "other", "other"),
    ("Motorista", "other", "production"),
    ("Responsável de Recursos Humanos", "manager", "hr"),
    ("Diretor Financeiro", "director", "finance"),
    ("Gerente de Contas", "manager", "sales"),
    ("Comprador Sênior", "other", "purchasing"),
    ("Arquiteta", "other", "engineering"),
    ("Consultor de Negócios", "other", "sales"),
    ("Coordenadora Pedagógica", "other", "other"),
    ("Gerente de Produto", "manager", "engineering"),
    ("Chefe de Vendas", "manager", "sales"),
    ("Ex-diretor financeiro", "other", "finance"),
    ("Representante Comercial", "other", "sales"),
    ("Analista de RH", "other", "hr"),
]


@pytest.mark.parametrize(("title", "seniority", "function"), EXAMPLES)
def test_portuguese_titles_are_read(title: str, seniority: str, function: str) -> None:
    """A Portuguese title has the seniority and the function that a person would give it."""
    read = read_title(title)
    assert (read.seniority, read.function) == (seniority, function)
