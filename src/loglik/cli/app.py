"""The commands and their one-line descriptions; each is imported when it runs."""

from __future__ import annotations

from cyclopts import App

from loglik.version import __version__

#: Name of each command: where its function is, and its line in the list of commands.
COMMANDS = {
    "fit": ("loglik.cli.fit:fit", "Fit a logistic regression (two classes or more) to a data file."),
    "predict": ("loglik.cli.predict:predict", "Predict the rows of a data file with a kept model."),
    "test": ("loglik.cli.hypotheses:run", "Test hypotheses about the coefficients of a kept model."),
    "compare": ("loglik.cli.compare:compare", "Compare kept models of the same rows."),
    "drop1": ("loglik.cli.drop1:drop1", "Leave out each term of a kept model, and test it."),
    "effects": ("loglik.cli.effects:effects", "Effects of columns on the probabilities: slopes, contrasts."),
    "report": ("loglik.cli.report:report", "Report a kept model as one HTML page, with pictures and formulas."),
    "dice": ("loglik.cli.dice:dice", "Count throws of a die: likelihood, estimate, is it fair?"),
    "coin": ("loglik.cli.dice:coin", "Count tosses of a coin: likelihood, estimate, is it fair?"),
    "explain": ("loglik.cli.explain:explain", "Explain in full what a code such as LL201 means."),
    "derive": ("loglik.cli.derive:derive", "Derive a formula step by step, every step checked; list all."),
    "check": ("loglik.cli.check:check", "Check the mathematics in Markdown, HTML, LaTeX and notebooks."),
    "lab": ("loglik.cli.lab:lab", "Open the lab in the browser: move it, try it, work the derivations."),
}

app = App(
    name="loglik",
    help="Fit probabilistic classifiers by maximum likelihood, with inference, and explain every step.",
    version=__version__,
    version_flags=["--version"],
)
for _name, (_place, _help) in COMMANDS.items():
    app.command(_place, name=_name, help=_help)
