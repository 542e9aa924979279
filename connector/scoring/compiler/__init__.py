"""Rules to plain Python: a function for each model, generated, compiled and run. No I/O and no clock."""

from connector.scoring.compiler.question import compile_question
from connector.scoring.compiler.scorer import Scorer, compile_model

__all__ = ["Scorer", "compile_model", "compile_question"]
