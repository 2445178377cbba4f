"""The commands and their one-line descriptions; each is imported when it runs."""

from __future__ import annotations

from cyclopts import App

from loglik.version import __version__

app = App(
    name="loglik",
    help="Fit probabilistic classifiers by maximum likelihood, with inference, and explain every step.",
    version=__version__,
    version_flags=["--version"],
)
app.command("loglik.cli.fit:fit", name="fit", help="Fit a logistic regression (two classes or more) to a data file.")
app.command("loglik.cli.predict:predict", name="predict", help="Predict the rows of a data file with a kept model.")
app.command("loglik.cli.hypotheses:run", name="test", help="Test hypotheses about the coefficients of a kept model.")
app.command("loglik.cli.compare:compare", name="compare", help="Compare kept models of the same rows.")
app.command("loglik.cli.drop1:drop1", name="drop1", help="Leave out each term of a kept model, and test it.")
app.command(
    "loglik.cli.effects:effects", name="effects", help="Effects of columns on the probabilities: slopes, contrasts."
)
app.command(
    "loglik.cli.report:report", name="report", help="Report a kept model as one HTML page, with pictures and formulas."
)
app.command("loglik.cli.dice:dice", name="dice", help="Count throws of a die: likelihood, estimate, is it fair?")
app.command("loglik.cli.dice:coin", name="coin", help="Count tosses of a coin: likelihood, estimate, is it fair?")
app.command("loglik.cli.explain:explain", name="explain", help="Explain in full what a code such as LL201 means.")
app.command(
    "loglik.cli.derive:derive", name="derive", help="Derive a formula step by step, every step checked; list all."
)
app.command(
    "loglik.cli.check:check", name="check", help="Check the mathematics in Markdown, HTML, LaTeX and notebooks."
)
app.command(
    "loglik.cli.lab:lab", name="lab", help="Open the lab in the browser: move it, try it, work the derivations."
)
