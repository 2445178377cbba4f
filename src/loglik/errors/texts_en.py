"""English texts of the codes; `loglik.errors.catalogue` puts them together."""

from __future__ import annotations

LABELS: dict[str, str] = {
    "meaning": "What it means",
    "what_to_do": "What to do",
    "example": "An input that gives it",
    "next": "Next:",
}

TEXTS: dict[str, dict[str, str]] = {
    "LL100": {
        "title": "The command line cannot be understood",
        "meaning": """
            A command, an option or a value is unknown, or one that is needed is missing. Nothing has been read or
            written.
            """,
        "what_to_do": """
            loglik --help shows the commands, and loglik COMMAND --help the options of one. fit needs a data file and
            --target; predict needs a model file and a data file. A value that begins with a minus sign is written with
            an equals sign: --alpha=-1.
            """,
    },
    "LL101": {
        "title": "A file cannot be found or read",
        "meaning": """
            There is no file at this path, or it is a directory, or you may not read it. Relative paths start at the
            directory in which the command runs. Where - stands for the path, standard input is closed or cannot be read.
            """,
        "what_to_do": """
            Check the path for typing errors (ls shows what is there) and the permissions of the file. Data can also
            come through a pipe: write - for the path. In Python, give the path or a data frame as the first argument
            of loglik.fit_classifier.
            """,
    },
    "LL102": {
        "title": "The data are empty",
        "meaning": """
            The file has no bytes, no header line, or a header line and no rows; or the data frame has no rows. Often
            an earlier step that should have written the file has failed.
            """,
        "what_to_do": """
            Give a file whose first line names the columns and which has rows of at least two classes. Check what the
            earlier step wrote: head -n 3 FILE.
            """,
    },
    "LL103": {
        "title": "A column does not exist",
        "meaning": """
            A column that was named is not in the data, or is named in --categorical or --base without being a feature.
            Names must agree in every character, upper and lower case included. A prediction needs every column that
            the fit used.
            """,
        "what_to_do": """
            Take the name from the list in the message: --target, --features, --exclude, --categorical, --base,
            --weights, --offset; in Python the arguments target, features and so on. Names that contain a comma are put
            in quotes within the list: --features 'a,"b, c"'.
            """,
    },
    "LL104": {
        "title": "A line of a text file cannot be read",
        "meaning": """
            A line has more or fewer values than the header names columns, or a quotation mark is never closed, or the
            text is not in the encoding expected, which is UTF-8 unless another is named. loglik does not guess and does
            not skip such lines: a line that slips by one column would put numbers into the wrong variable without a
            word.
            """,
        "what_to_do": """
            Mend the line that the message names. Values that contain the delimiter belong in quotation marks, and a
            quotation mark within them is doubled. Name another encoding by Python's name for it, such as latin-1, utf-16
            or cp932: --encoding latin-1; in Python encoding="latin-1".
            """,
    },
    "LL105": {
        "title": "The kind of file is unknown or does not match its ending",
        "meaning": """
            The ending of the name decides how a file is read or written, and this one is unknown; or the content is
            not what the ending promises, such as a Parquet file that was cut off.
            """,
        "what_to_do": """
            Read .csv, .txt, .tsv, .tab (also with .gz), .parquet, .pq, .jsonl, .ndjson, .json, .duckdb, .ddb, .db,
            .sqlite or .sqlite3.
            Write predictions (-o) to .csv or .parquet. Save spreadsheets as CSV first, or read them with pandas or
            polars and give the data frame to loglik.fit_classifier.
            """,
    },
    "LL106": {
        "title": "A column holds dates or times",
        "meaning": """
            A date is neither a quantity with a natural zero nor a set of levels. Whether it should act as a trend, a
            season, a day of the week or an hour is a question about the model, and loglik does not answer it for you.
            A duration, too, is a number only once its unit is chosen.
            """,
        "what_to_do": """
            Leave the column out (--exclude COL; in Python exclude=["COL"]), or derive what you mean from it first:
            days since a start as a number, month or weekday as a column of levels (--categorical month).
            """,
    },
    "LL107": {
        "title": "A value is missing",
        "meaning": """
            Missing values were to be refused (--missing error), and there is one; loglik.LogisticRegression always
            refuses them. In CSV files an empty field, NA, N/A, NaN, nan, NULL and null mean a missing value, unless
            --missing-words names others.
            """,
        "what_to_do": """
            Fill the values in by a method you can defend, exclude the column (--exclude COL), or drop and count such
            rows: --missing drop; in Python missing="drop". Dropping rows is harmless if the chance of a missing value
            does not depend on the class once the features are given; otherwise it may bias the estimates.
            """,
    },
    "LL108": {
        "title": "No row is left",
        "meaning": """
            Rows with a missing value in any column used, and rows of weight 0, are left out, and that was all of them.
            The message names the column that lacks most values.
            """,
        "what_to_do": """
            Exclude the column that is almost empty (--exclude COL; in Python exclude=["COL"]), fill its values in, or
            check that the weights are positive.
            """,
    },
    "LL109": {
        "title": "A number is infinite",
        "meaning": """
            A linear predictor b_0 + b_1 x_1 + ... with an infinite x has no finite value, so the row has no
            likelihood. Infinite values mostly come from a division by zero or the logarithm of zero.
            """,
        "what_to_do": """
            Correct the values where they arise, or write NA for missing; the rows are then dropped and counted
            (--missing drop). For logarithms of counts, log(1 + x) is finite at 0.
            """,
    },
    "LL110": {
        "title": "The target has one class only",
        "meaning": """
            All rows used belong to the same class. The best probability of that class is 1 in every row, whatever the
            features, and there is nothing to compare.
            """,
        "what_to_do": """
            Give rows of at least two classes. Check whether a filter, missing values or weights of 0 have taken the
            other classes away; the report of the fit counts the rows dropped.
            """,
    },
    "LL111": {
        "title": "The target is a measurement, not a class",
        "meaning": """
            The target has fractional numbers, dates, or too many distinct values (more than 100) to be classes. A
            logistic regression models the probability of each of a few classes; with one class for each value there
            would be a set of coefficients for each value, and hardly a row to learn them from.
            """,
        "what_to_do": """
            Choose another column with --target (in Python target="COL"), or make classes first, such as above and
            below a threshold that has a meaning in its field. For the measurement itself use a linear regression.
            """,
    },
    "LL112": {
        "title": "A level or class does not exist",
        "meaning": """
            The level given with --positive, --reference or --base does not occur in the rows used, or the same class
            was made both positive and reference.
            """,
        "what_to_do": """
            Take the level from the list in the message, in the same spelling: --positive yes, --reference a,
            --base carrier=UA; in Python positive="yes", reference="a", base={"carrier": "UA"}.
            """,
    },
    "LL113": {
        "title": "A positive class was chosen, but there are more than two classes",
        "meaning": """
            With two classes one probability says all, and --positive says which. With K > 2 classes the model gives
            K probabilities, and K - 1 sets of coefficients that compare each class with the reference:
                log(P(class k) / P(reference)) = b_k0 + b_k1 x_1 + ...
            """,
        "what_to_do": """
            Choose the class that the others are compared with: --reference CLASS; in Python reference="CLASS". To set
            one class against all others, make a column of two classes first.
            """,
    },
    "LL114": {
        "title": "A weight cannot be used",
        "meaning": """
            The weights column is not numeric, or a weight is negative or infinite. The weighted log-likelihood
            sum_i w_i log P_i would then have no maximum: a negative weight rewards a wrong prediction without bound.
            """,
        "what_to_do": """
            Weights must be finite numbers >= 0. Rows of weight 0 and rows with a missing weight are left out. Choose
            the column with --weights COL; in Python weights="COL".
            """,
    },
    "LL115": {
        "title": "A frequency weight is not a whole number",
        "meaning": """
            A frequency weight w says that the row stands for w equal rows of the data, and 1.5 equal rows do not
            exist. The coefficients would be the same, but the standard errors would not; loglik explain LL304 shows
            why.
            """,
        "what_to_do": """
            For survey or importance weights say --weight-kind sampling; in Python weight_kind="sampling". The standard
            errors then come from the sandwich estimator. If the weights are counts that rounding has spoilt, round
            them.
            """,
    },
    "LL116": {
        "title": "An offset cannot be used",
        "meaning": """
            The offset is added to the linear predictor with the fixed coefficient 1. It must be a finite number in
            every row used, and this one is text, or has values that are not finite.
            """,
        "what_to_do": """
            Choose a column of numbers: --offset COL; in Python offset="COL", and for loglik.LogisticRegression the
            argument offset of fit. An offset belongs on the scale of the log odds, such as
            log(rate / (1 - rate)).
            """,
    },
    "LL117": {
        "title": "A column name is doubled, missing, or used for two parts",
        "meaning": """
            Two columns have the same name (upper and lower case count as the same in files), a column has no name, or
            one column was given two parts, such as target and weights. Which column is meant would be a guess, and a
            target among its own features would predict itself.
            """,
        "what_to_do": """
            Rename one of the columns in the first line of the file, and give each part its own column (--target,
            --weights, --offset, --features).
            """,
    },
    "LL118": {
        "title": "An option is out of range",
        "meaning": """
            The value of an option has no meaning, such as a negative penalty or a confidence level of 95 in place of
            0.95.
            """,
        "what_to_do": """
            alpha is a finite number >= 0; level lies between 0 and 1; tol is small and positive; max_iter and threads
            are whole numbers >= 1; learning_rate is positive; --base is written as COLUMN=LEVEL. Of a die, --smoothing is
            >= 0, and --power is the percentage by which a face is heavier, which must leave its probability between 0
            and 1. loglik fit --help and loglik dice --help show the defaults.
            """,
    },
    "LL119": {
        "title": "No feature is left",
        "meaning": """
            After the target, the weights, the offset and the excluded columns no column is left to explain the target
            with.
            """,
        "what_to_do": """
            Name at least one column with --features (in Python features=["COL"]), or exclude fewer with --exclude. For
            the model with the intercept alone say features=[] in Python.
            """,
    },
    "LL120": {
        "title": "A column has a type that is neither number nor level",
        "meaning": """
            Lists, structures and binary values have no place in a linear predictor.
            """,
        "what_to_do": """
            Leave the column out (--exclude COL; in Python exclude=["COL"]), or turn it into columns of numbers or of
            levels first, one for each part.
            """,
    },
    "LL121": {
        "title": "The result cannot be written",
        "meaning": """
            The directory of the output file does not exist, or you may not write there, or the disk is full. An older
            file of the same name is still whole: loglik writes to a temporary file and moves it into place at the end.
            The same code is given where standard output goes to a full disk or was closed (>&-).
            """,
        "what_to_do": """
            Make the directory (mkdir -p DIR), or give another place with -o; in Python model.save("PATH").
            """,
    },
    "LL122": {
        "title": "The table of the database is not settled",
        "meaning": """
            The database holds several tables, or none, or not the one that was named.
            """,
        "what_to_do": """
            Choose a table from the list in the message: --table NAME; in Python table="NAME".
            """,
    },
    "LL123": {
        "title": "The data have no named columns",
        "meaning": """
            loglik.fit_classifier finds the target and the features by their names, and what it was given is neither a
            file name nor a data frame.
            """,
        "what_to_do": """
            Give a path, or a data frame (pandas, polars, pyarrow and others). For arrays use
            loglik.LogisticRegression().fit(X, y), which has the interface of scikit-learn.
            """,
    },
    "LL124": {
        "title": "A level was not in the fit",
        "meaning": """
            A row to be predicted has a level that no row of the fit had. No coefficient belongs to it, and to treat it
            as the reference level would be an invention.
            """,
        "what_to_do": """
            If it is a typing error, correct it. If you want no prediction for such rows, write NA. If new levels are
            to be expected, fit with --min-count 20 (in Python min_count=20): levels with fewer rows than that share
            one coefficient, and so do new ones, provided that some level was rare.
            """,
    },
    "LL125": {
        "title": "A column identifies rows",
        "meaning": """
            A column of text has more than 50 levels, and more levels than half the number of rows. Such a column is a
            name or a number of the row: most levels occur once, so that a coefficient for each would reproduce the
            data and say nothing of a new row. The classes would be separated as well (LL201).
            """,
        "what_to_do": """
            Leave the column out: --exclude COL; in Python exclude=["COL"]. If it holds numbers with a decimal comma or
            with grouped digits, say so: --decimal ',' or --thousands ','. Units have to be taken away in the file.
            """,
    },
    "LL126": {
        "title": "Numbers and text are mixed in a column",
        "meaning": """
            More than half of the values are numbers, and the rest are not. Taken as it is, the whole column would
            become levels, with one coefficient for each distinct number: a single typing error would change the model.
            """,
        "what_to_do": """
            Correct the text that the message shows, or write NA for missing, or name the word that means missing
            (--missing-words '-'). If the text is a number written another way, say how: --decimal ',' or
            --thousands ','. If levels are meant, say so: --categorical COL; in Python categorical=["COL"].
            """,
    },
    "LL127": {
        "title": "A column has changed its type since the fit",
        "meaning": """
            The fit fixes what each column holds. A column that held numbers has a coefficient per unit, which cannot
            be applied to text or dates. A column that held text has one per level, compared as it is written: of a
            number 1 nobody can say whether the text was 01, 1 or 1.0.
            """,
        "what_to_do": """
            Give the column the type that it had; in pandas, read_csv(..., dtype="str") keeps text as it is. Text files
            (CSV) are read as the fit read them, whatever their rows look like. If numbers are written another way than
            in the file of the fit, say how: --decimal ',' or --thousands ','.
            """,
    },
    "LL128": {
        "title": "An array has the wrong shape or missing values",
        "meaning": """
            The arrays do not fit together (X has one row, y one class and the offset one value for each observation),
            or an array has NaN where a number is needed. To pair the wrong rows would give coefficients that look fine
            and mean nothing.
            """,
        "what_to_do": """
            Compare X.shape, len(y) and the shapes of sample_weight and offset; an offset has shape (n,) or (n, K - 1)
            with K classes. Fill in or drop rows with NaN, or use loglik.fit_classifier, which drops and counts them
            (missing="drop").
            """,
    },
    "LL129": {
        "title": "Numbers too large or too small to compute with",
        "meaning": """
            The fit needs squares of the columns, and a prediction sums of products. Beyond about 1e140, or with all
            values below 1e-140, they leave the range of double precision (1e-308 to 1.8e308), and what came out would be
            infinite, 0 or undefined.
            """,
        "what_to_do": """
            Give the column in other units, that is, multiply it by a constant: its coefficient is divided by the same
            constant, and nothing else changes. In a prediction, check the row for a typing error.
            """,
    },
    "LL131": {
        "title": "The file is not a loglik model",
        "meaning": """
            The first argument of loglik predict is a model file, and this file is something else, such as the data.
            """,
        "what_to_do": """
            The order is loglik predict MODEL DATA. A model file is written by loglik fit DATA --target COL
            -o model.json; in Python by model.save("model.json").
            """,
    },
    "LL132": {
        "title": "The model file is damaged",
        "meaning": """
            The file was cut off or changed: its content does not match its checksum, or its parts do not fit together
            (there are more coefficients than terms, or fewer; the reference level is none of the levels). Coefficients
            that were changed in transit would give wrong probabilities without a sign, so nothing is predicted.
            """,
        "what_to_do": """
            Take a whole copy, or fit again with -o model.json. Model files are not meant to be edited by hand.
            """,
    },
    "LL133": {
        "title": "The model file has a format that this version does not read",
        "meaning": """
            The file was written in another, most likely newer, format of loglik. Reading it in part could leave out
            what changes the probabilities.
            """,
        "what_to_do": """
            Update loglik (loglik --version shows which one runs), or fit again with this version and -o model.json.
            """,
    },
    "LL140": {
        "title": "A number that is no probability",
        "meaning": """
            A probability lies between 0 and 1. Nothing is clipped to that range: a number outside it means that something
            went wrong before, often that logits were given where probabilities are expected.
            """,
        "what_to_do": """
            Give log-odds as logits=, probabilities as probs=. Where rounding has left a value such as 1.0000001, clip it
            yourself, so that it is seen.
            """,
    },
    "LL141": {
        "title": "A row of probabilities that does not sum to one",
        "meaning": """
            The probabilities of all classes sum to 1 in every row, up to rounding (1e-5; in float16 0.008, in bfloat16
            0.06). Scaling a row silently would change the loss: for sum_k y_k = s the cross-entropy moves by log s.
            """,
        "what_to_do": """
            Divide each row by its sum, or find out why it is off: a class may be missing, or the axis of the classes may be
            another one (axis=).
            """,
    },
    "LL142": {
        "title": "Nothing to compute from",
        "meaning": """
            The input has no rows or no classes. The mean of nothing is not defined, and NaN would only travel on.
            """,
        "what_to_do": """
            Check the filter or the batch that gave an empty array.
            """,
    },
    "LL143": {
        "title": "A label that is not among the classes",
        "meaning": """
            Integer labels run from 0 to K - 1, K being the length of the axis of classes. Labels of another type are not
            taken for classes, and a distribution over classes is never recognised by its shape.
            """,
        "what_to_do": """
            Number the classes from 0. Give rows to be left out the label ignore_index=. Give distributions as targets=.
            log_loss takes labels of any type, whose classes in sorted order are the columns: give them as labels= where
            not all of them occur.
            """,
    },
    "LL144": {
        "title": "NaN among the logits or probabilities",
        "meaning": """
            A row with NaN has no probabilities, and so no loss. The same holds for a row of logits that are all -inf, or
            that has a +inf: softmax would be 0/0, or inf/inf. A logit of -inf among others is the probability 0. (In the
            binary loss a log-odds of +inf is the probability 1, and allowed.) Rows of weight 0, and rows that ignore_index
            leaves out, are not looked at.
            """,
        "what_to_do": """
            Look at the row that is named; in training, look at the step before, where numbers probably overflowed.
            """,
    },
    "LL145": {
        "title": "Every row is ignored",
        "meaning": """
            The mean divides by the weight of the rows that count, and here none does. Other libraries return NaN.
            """,
        "what_to_do": """
            Use reduction="sum", which is 0 then, or skip the batch.
            """,
    },
    "LL146": {
        "title": "Arguments that exclude each other",
        "meaning": """
            Logits and probabilities, and likewise integer labels and distributions as targets, are different arguments.
            Exactly one of each pair is needed; they are never told apart by shape or type.
            """,
        "what_to_do": """
            Choose logits= or probs=, and labels= or targets=. Temperature, z-loss and soft cap act on logits, ignore_index
            goes with labels=.
            """,
    },
    "LL147": {
        "title": "An array of the wrong shape or type",
        "meaning": """
            Labels have the shape of the logits without the axis of the classes, targets the shape of the logits, a weight
            one entry per class, a sample weight one per row. Nothing is broadcast silently. Refused are also masked
            entries, beneath which there are numbers that nobody meant; integers beyond 2^53 and longer floats that
            float64 does not hold; and an out= that cannot be written to.
            """,
        "what_to_do": """
            Check axis=, which is the last axis by default (PyTorch puts the classes on axis 1). Fill masked arrays with
            .filled(value), or leave the rows out. Tensors must be dense, on the CPU, and logits of a floating type.
            """,
    },
    "LL148": {
        "title": "An infinite loss",
        "meaning": """
            The probability of what was observed is 0 in this row, and -log 0 is infinite. Nothing is clipped, so one such
            row makes the mean infinite; infinite="refuse" asks for its name instead. The probability may have been
            rounded to 0 on the way: a softmax in float32 gives 0 from a distance of 104 nats on.
            """,
        "what_to_do": """
            Give logits= instead of probs=, if there are any: the loss of the same row is then finite. A model that
            holds possible events impossible needs smoothing (label_smoothing= when it is trained).
            """,
    },
    "LL150": {
        "title": "A count that is no whole number >= 0",
        "meaning": """
            A count says how often a face came up: 0, 1, 2 and so on. Negative, fractional and infinite numbers, NaN and
            text are refused and not rounded. Shares, such as 0.15, are no counts either: 3 of 20 and 300 of 2,000 have
            the same share, but not the same likelihood and not the same standard error.
            """,
        "what_to_do": """
            Give the counts themselves, one per face, 0 for a face that never came up. Weighted or fractional
            observations are no throws: for a class distribution per row see loglik.losses, and for imagined throws that
            are added to the counts say --smoothing 0.5 (in Python smoothed(0.5)).
            """,
    },
    "LL151": {
        "title": "More than 2^53 throws",
        "meaning": """
            A double holds every whole number up to 2^53 = 9,007,199,254,740,992, about 9 * 10^15. Beyond that the next
            count may not be representable, and n - n_k would no longer be right.
            """,
        "what_to_do": """
            For the shares alone divide all counts by the same number. With so many throws any test rejects: what matters
            then is the size of the deviation.
            """,
    },
    "LL152": {
        "title": "No throws, and so no estimate",
        "meaning": """
            Without a throw the likelihood is an empty product, 1 for every choice of the probabilities. No choice is the
            best one, and there is no share n_k / n, no cross-entropy per throw and no standard error. Intervals still
            exist: they are [0, 1], and a test has the p-value 1, because nothing speaks against anything.
            """,
        "what_to_do": """
            Throw at least once. To start from a guess, add imagined throws: smoothed(1) in Python gives 1/K to every face
            as long as there are no others.
            """,
    },
    "LL153": {
        "title": "These are not the probabilities of the faces",
        "meaning": """
            There is one probability for each face, in the order of the counts; each lies between 0 and 1, and their sum
            is 1 within 10^-6. Within that tolerance they are divided by their sum; beyond it they are refused, since
            nobody can know which one was meant otherwise. For a coin it is one number, the probability of heads.
            """,
        "what_to_do": """
            Write fractions as they are: --p0 1/6,1/6,1/6,1/6,1/6,1/6. A face that cannot come up gets 0. For a fair die
            leave --p0 away.
            """,
    },
    "LL154": {
        "title": "A throw that shows none of the faces",
        "meaning": """
            A throw is missing, or shows something that is not among the faces, or a face is named twice. The throws of
            --throws and --file are those of a die with the faces 1 to 6 if any of them is a whole number; if none is,
            the labels are the faces themselves, in sorted order.
            """,
        "what_to_do": """
            Say what the faces are: --faces 20 for a die with twenty, --faces red,green,blue for others. Faces that never
            came up must be named too, since they belong to the die. In Python they are the argument classes. If the file
            is a table, name the column of the throws: --column face.
            """,
    },
    "LL155": {
        "title": "A row that is not one-hot",
        "meaning": """
            In the one-hot form of a throw the face that came up is 1 and all others are 0. A row with two ones, with none,
            or with other numbers describes no throw; a distribution such as 0.7, 0.2, 0.1 describes what one believes of
            a throw.
            """,
        "what_to_do": """
            Mend the row that the message names. Labels are given as a flat list, and a table only for one-hot rows. The
            cross-entropy of distributions is loglik.losses.cross_entropy with targets=.
            """,
    },
    "LL156": {
        "title": "The likelihood is below the smallest double",
        "meaning": """
            The likelihood is a product of n numbers below 1, and a double ends at about 10^-308. If all six faces of a
            die come up equally often, no probabilities give more than
                L = (1/6)^n < 2.2 * 10^-308  from n = 396 throws on,
            and from n = 416 on the product is 0 for all of them: they would look equally bad. This is one of the reasons
            for the logarithm. The product becomes the sum of the n_k log y_k, which grows no faster than n.
            """,
        "what_to_do": """
            Nothing is wrong. Use the log-likelihood; the note shows the likelihood with its decimal exponent as well. Two
            likelihoods are compared by the difference of their logarithms, not by their ratio.
            """,
    },
    "LL160": {
        "title": "A formula cannot be read",
        "meaning": """
            The text is not a formula in the plain syntax of loglik.derive. The message names the character at which
            reading stopped and shows its surroundings. The text is only read, never run.
            """,
        "what_to_do": """
            Write products with their sign and functions with brackets, as in these examples:

                x*(y + z)    a^(x + 1)    log(x, a)    exp(-u)    y[k]    P^[m]
                sum(t[k]*log(y[k]), k, 1, K)    product(y[k]^t[k], k, 1, K)
                d/dx log(x, a)    lim(h -> 0, (1 + h)^(1/h))    at(log(u), u, x + 1)
            """,
    },
    "LL161": {
        "title": "A name in a formula is not declared",
        "meaning": """
            Where the names of a formula are declared, no other name may occur; names followed by a bracket have to be
            known functions. A name without a declaration is most often a spelling mistake or a missing
            multiplication sign: x(y + z) is read as a function x.
            """,
        "what_to_do": """
            Correct the name, or declare it with the set its values come from. The message lists the declared names or
            the known functions.
            """,
    },
    "LL162": {
        "title": "A formula is too large",
        "meaning": """
            Formulas are limited in length, in depth of nesting, in number of parts and in digits of a number, so that no
            text can take up unbounded time or memory.
            """,
        "what_to_do": """
            Give large parts of the formula names of their own, and write large numbers as powers.
            """,
    },
    "LL163": {
        "title": "There is no derivation or rule of this name",
        "meaning": """
            The name is not in the catalogue. Names are in lower case with hyphens, such as log-derivative.
            """,
        "what_to_do": """
            loglik derive lists all derivations with one line each; in Python, loglik.derive.names() does.
            """,
    },
    "LL164": {
        "title": "A substitution would change the meaning",
        "meaning": """
            A derivative by x is taken at the value of x. A number put in the place of x, or x put in the place of another
            name under the derivative, would turn it into something else: with y = x, the derivative of x*y by x, which
            is y, is not the derivative of x*x.
            """,
        "what_to_do": """
            Take the derivative first, or write at(d/dx f, x, value) for its value at a place.
            """,
    },
    "LL165": {
        "title": "Text that looks like numbers is taken as levels",
        "meaning": """
            Nearly all values of a column look like numbers, but not as they are written here: 0,5 or 1,000 or 30% or $5.
            They are text to loglik, and each distinct text became a level with a coefficient of its own. What 1,000
            means, one or a thousand, the file does not say.
            """,
        "what_to_do": """
            Say how the file writes its numbers: --decimal ',' for 0,5; --thousands ',' for 1,000;
            --decimal ',' and --thousands . for 1.000,5; in Python decimal="," and thousands=".". The model keeps these
            options, and predictions read with them. Signs of units (such as % or $) have to be taken away in the file. In
            a data frame, make numbers of the column first. If levels are meant, nothing is to be done.
            """,
    },
    "LL166": {
        "title": "Whole numbers beyond 2^53 lose digits",
        "meaning": """
            Columns of numbers are read as double-precision numbers, which hold every whole number up to 2^53 =
            9007199254740992 and not every one beyond: 9007199254740993 becomes 9007199254740992. Numbers of this size
            mostly name something (an account, a device), and are not quantities.
            """,
        "what_to_do": """
            Leave such a column out (--exclude COL; in Python exclude=["COL"]), or take it as levels, which keep every
            digit: --categorical COL; in Python categorical=["COL"]. If it is a quantity, such as nanoseconds since
            1970, subtract its smallest value first.
            """,
    },
    "LL167": {
        "title": "The offset of the fit is missing",
        "meaning": """
            The model was fitted with an offset that was an argument, not a column. The offset is part of the linear
            predictor: probabilities without it would be those of other rows.
            """,
        "what_to_do": """
            Give the offset of the new rows: predict_proba(X, offset=...), and likewise for predict and augment; 0 for
            probabilities without it. For predictions on the command line, fit with loglik.fit_classifier or loglik
            fit, and name a column: --offset COL.
            """,
    },
    "LL168": {
        "title": "The file was changed while it was read",
        "meaning": """
            The size, the time or the identity of the file is no longer what it was when it was opened. Its rows may be
            partly old and partly new, and a fit to such a mixture would be wrong without a sign.
            """,
        "what_to_do": """
            Run the command again when the program that writes the file has finished. Files that are written all the
            time are copied first, or replaced in one step by their writer (written under another name, then renamed)
            between two fits.
            """,
    },
    "LL169": {
        "title": "An older model file does not say what its levels are",
        "meaning": """
            Model files of version 0.1 did not say whether levels such as 1, 2 or true, false were text, numbers or
            booleans; each prediction inferred it anew from the rows that it was given, and could read the level 01 as
            1. Files whose levels can only be text are still read.
            """,
        "what_to_do": """
            Fit again with -o model.json. The file then fixes what each column holds and how text is read.
            """,
    },
    "LL185": {
        "title": "A file of derivations cannot be read",
        "meaning": """
            A line of the file is none of those that the text format has, or it stands where it means nothing: a chain
            without steps, a step before the first term, symbols without domains. The message names line and column. Errors
            inside a formula have codes of their own, LL160 to LL162.
            """,
        "what_to_do": """
            Correct the line. The whole format, by example:

                log-of-square
                symbols x: positive
                    log(x^2)
                  = 2*log(x)    log-power
                proves log(x^2) = 2*log(x)

            The first line is the name. Steps begin with their relation and end with the name of their rule, after two
            spaces or more; without a name the rule is searched for. docs/derivation-format.md describes all the rest.
            """,
    },
    "LL186": {
        "title": "Lemmas use each other in a circle",
        "meaning": """
            A derivation of the file uses, as a rule, a result that is itself proved by means of it. Such a circle proves
            nothing: any false statement could be proved from itself. The message names the derivations in the circle.
            """,
        "what_to_do": """
            Prove one of them without the others. The order in the file does not matter, as long as there is no circle.
            """,
    },
    "LL187": {
        "title": "A character is not what it seems",
        "meaning": """
            A formula or file holds a character that looks like another one or is not shown at all: a full-width sign, a
            Greek question mark in place of a semicolon, a Cyrillic or Greek letter that looks like a Latin one, a mark
            that changes the direction of writing. A reader would see another statement than the one that is checked.
            """,
        "what_to_do": """
            Type the character that the message names. Greek letters that look like no Latin one may be used in names,
            and all letters in the titles and words of a file.
            """,
    },
    "LL188": {
        "title": "Two things have the same name",
        "meaning": """
            In a file of derivations a name is declared or given twice, or two names look the same when they are printed,
            such as L0 and L_0, or lambda and λ. What is said of one could be read as said of the other.
            """,
        "what_to_do": """
            Rename one of the two, or take away the line that repeats the other. Derivations, the parts of a derivation,
            the relations given in it and its symbols each need names of their own.
            """,
    },
    "LL189": {
        "title": "A derivation does not hold together as a whole",
        "meaning": """
            Each step may be right and the whole say nothing: a chain such as a < b > c gives no relation between its ends;
            what is claimed is the result of no part; a part begins with an equation that rests on nothing; there is no step;
            what is given cannot be satisfied, such as x = -1 for a positive x, so that anything would follow from it, or no
            values are known that satisfy it. The same code says that a derivation given in Python is not built as one: each
            part has steps, the first a term, the others a relation, a term and a rule.
            """,
        "what_to_do": """
            Make the relations of a chain point one way, claim what the parts prove, and write beside a first equation what
            it rests on (in Python: begin). For what is given, name values that satisfy it (solution), or correct it.
            """,
    },
    "LL198": {
        "title": "There is not enough memory",
        "meaning": """
            The rows and the matrices of the fit do not fit into memory. The design takes up to 8 bytes for each row
            and numeric column, and 4 for each row and column of levels; the observed information of D coefficients
            takes 8 D^2 bytes, several times over.
            """,
        "what_to_do": """
            Use fewer columns (--features, --exclude), merge rare levels (--min-count 100; in Python min_count=100), or
            use fewer threads (--threads 1; in Python threads=1), each of which has matrices of its own. Count rows
            that are equal and give the counts as frequency weights (--weights).
            """,
    },
    "LL199": {
        "title": "A fault of loglik",
        "meaning": """
            Something happened that loglik does not expect. Your data may be unusual, but the fault is the program's:
            bad input should end with a code of its own.
            """,
        "what_to_do": """
            Run the command again with LOGLIK_DEBUG=1 in the environment, which shows where it happened, and report
            it with that output and the smallest input that gives it.
            """,
    },
    "LL201": {
        "title": "The classes are separated: no maximum-likelihood estimate exists",
        "meaning": """
            Let eta_i = x_i'b be the linear predictor of row i, so that log L(b) is the sum of -log(1 + exp(-eta_i))
            over class 1 and of -log(1 + exp(eta_i)) over class 0. Suppose that some direction d has
                x_i'd >= 0 for all rows of class 1,  x_i'd <= 0 for all rows of class 0,
            and is not 0 in all of them. Then no term of log L(b + t d) falls as t grows, and some rise: it increases
            with t for ever, from every b. The likelihood approaches its supremum and never attains it, so the
            maximum-likelihood estimate does not exist; it is at infinity. With K classes the condition is
            x_i'(d_y - d_k) >= 0 for the class y of row i and every other class k. Such a direction is a solution of
            linear inequalities. loglik reports one only after it has verified all of them, with bounds of the rounding; and
            that there is none it says only with a proof (otherwise LL206). If there is none, and no columns are collinear,
            the estimate exists and is unique (Albert and Anderson, 1984).

            The separation is complete if some direction has all inequalities strict: a hyperplane parts the classes,
            log L tends to 0 and every fitted probability to 0 or 1. It is quasi-complete if rows with x_i'd = 0 remain
            for every such d: on these rows the classes overlap, and log L tends to their maximum below 0. The
            commonest case is a level in which a class never occurs; its coefficient alone runs to infinity. The rows counted
            are those that the direction shown raises; another direction may raise more. "To rounding" means that the
            numbers as they are stored miss the inequalities by what rounding has made of them, as 1e-16 in place of 0 in
            the columns of a spline.

            Other programs may print numbers here. They show where the iterations stopped, and nothing else. Far out,
            1 - p is about exp(-eta), and a Newton step adds about 1 to eta however far it has come, while the
            information shrinks like exp(-eta) and the standard error grows like exp(eta/2). For x = 1, 2, 3, 4 and
            y = 0, 0, 1, 1, with Newton's method started from the probabilities (y + 1/2)/2, the slope is 9.24 after 5
            steps, 19.27 after 10 and 25.27 after 13, with standard errors 8.7, 106 and 475. A coefficient of 24.9
            with a standard error of 15,914 is such a number: another tolerance gives another one. Its Wald test (z
            near 0, p near 1) suggests that the column has no effect, when in truth its effect is too strong to be
            measured.
            """,
        "what_to_do": """
            First look at the columns and rows that the message names: a column recorded after the outcome, or derived
            from it, separates the classes because it contains the answer. Leave such a column out (--exclude COL; in
            Python exclude=["COL"]).

            Where a rare level is the cause, merge rare levels: --min-count 20; in Python min_count=20. More rows may
            help too. If the separation is genuine and you want predictions, fit with a penalty: --alpha 0.01; in
            Python alpha=0.01. The penalised estimate always exists, but has no standard errors (LL301). The message says
            so where it is known that the estimate exists without the columns named; where it does not say so, the other
            columns may be separated too, and leaving columns out one after another is no remedy.

            In Python loglik.fit_classifier raises SeparationError, whose attribute separation holds the direction;
            loglik.LogisticRegression warns (separation="warn") or raises (separation="raise").
            """,
    },
    "LL202": {
        "title": "A column repeats others and was left out (collinearity)",
        "meaning": """
            The column is a linear combination of columns before it, the intercept included: X c = 0 for some c that
            is not 0. The likelihood depends on b through X b alone, so
                log L(b + t c) = log L(b) for every t:
            it has a ridge that is level along c, and every point of the crest is a maximum. The observed information
            X'WX, with W = diag(p_i (1 - p_i)), is singular, since X c = 0, and cannot be inverted for standard errors.
            The coefficients are not identified, however many rows there are.

            loglik keeps the columns that come first and leaves out the last of those that repeat each other. The fitted
            probabilities, the log-likelihood and the predictions do not depend on the choice. The coefficients do: with
            total = a + b left out, the coefficient of a is what b_a + b_total would be in the full model, and must be
            read so.

            Only exact repetition counts: a combination of the columns that is zero on all rows but for the rounding of
            their numbers. It is found whatever the order of the columns. Columns that are nearly collinear are kept:
            they are identified, and large standard errors say how badly.
            """,
        "what_to_do": """
            Decide yourself which column to keep: --exclude COL (in Python exclude=["COL"]), or put the ones you want
            first with --features. Usual causes are a sum beside its parts, shares that add up to 1, the same quantity
            in two units, and indicator columns for all levels beside the intercept. With a penalty (--alpha 0.01; in
            Python alpha=0.01) the estimate is unique and nothing is left out.
            """,
    },
    "LL203": {
        "title": "The fit did not converge",
        "meaning": """
            Let f(b) = -(1/W) log L(b), plus the penalty if there is one, g its gradient and H its Hessian. The fit has
            converged when both
                max_j |g_j| / s_j <= tol   and   (1/2) g'H^-1 g <= tol
            hold, where s_j is the standard deviation or root mean square of column j, so that units do not matter. The
            first says that the score equations are solved; the second is half the squared Newton decrement, which near
            the minimum b* is f(b) - f(b*): what is still to be gained per unit of weight. The iterations ended before.

            The coefficients printed are then a point on the way. Standard errors from H at such a point, and the
            comparison of log-likelihoods that are not maxima, would be wrong; standard errors are refused.

            f is convex, so there are no false minima, and where an estimate exists Newton's method needs 5 to 8 steps
            as a rule. Gradient descent may need thousands: its error shrinks by a factor of about 1 - 1/kappa per step,
            with kappa the ratio of the largest to the smallest curvature, and columns on very different scales make
            kappa huge.
            """,
        "what_to_do": """
            Allow more iterations (--max-iter 1000; in Python max_iter=1000), or use --solver auto (solver="auto") in
            place of gd. With gd, bring the columns to one scale, or raise --learning-rate. If log L still creeps
            upwards with growing coefficients, the classes may be separated: loglik explain LL201. A tol near 1e-16
            asks for more digits than the arithmetic has; the default is 1e-8.
            """,
    },
    "LL204": {
        "title": "A column is constant and was left out",
        "meaning": """
            The column has the same value in all rows used. It is a multiple of the intercept, and says nothing of
            what distinguishes the classes. Nothing else in the model changes.
            """,
        "what_to_do": """
            Nothing has to be done; --exclude COL (in Python exclude=["COL"]) silences the note. If the column should
            vary, check whether a filter, or rows dropped for missing values, have taken its other values away.
            """,
    },
    "LL206": {
        "title": "Undecided whether the estimate exists",
        "meaning": """
            The maximum-likelihood estimate exists unless the classes can be separated (LL201). loglik says that it exists
            only with a proof: the last Newton step s from the point reached, or weights beta > 0 of the rows with
            sum_i beta_i x_i (e_y - e_k) = 0, within bounds of all rounding. It says that the classes are separated only with
            a direction that was verified on every row. Here neither was found.

            The usual reasons are very many coefficients (above 1,500 of all classes together, where the rows are not
            searched for a direction), columns that nearly repeat each other, and classes that overlap by no more than
            the rounding of the numbers. The coefficients shown may be close to the estimate, or a point on a way that
            leads to infinity. Standard errors, tests and intervals are therefore refused, and the exit status is 1.
            """,
        "what_to_do": """
            Fit with a penalty (--alpha 0.01; in Python alpha=0.01): the penalised estimate always exists. Or use fewer
            columns, leave out those that nearly repeat others, or merge rare levels (--min-count 20; in Python
            min_count=20). Numbers far from zero hold fewer digits of what distinguishes the rows: subtract a constant
            from such a column before it is rounded.

            In Python loglik.fit_classifier and loglik.LogisticRegression warn with UndecidedWarning, and converged_ is False.
            """,
    },
    "LL210": {
        "title": "Columns repeat each other to the last digits: nothing can be decided",
        "meaning": """
            Some combination of these columns is zero on all rows but for the last one or two digits of their numbers.
            Rounding may have left them, and then the columns are collinear (LL202) and one of them should go; or they
            are information, and then the model with all columns is another one. The numbers cannot tell, and the
            answer would depend on the order of the columns.

            High powers of a number far from zero are the usual cause: year^5 and year^6 have 17 and 20 digits, of which
            a double holds 16.
            """,
        "what_to_do": """
            Leave one of the columns out (--exclude COL; in Python exclude=["COL"]), or give the model other columns
            of the same meaning: powers of year - 2005 in place of powers of year, a difference in place of two large
            sums. With a penalty (--alpha 0.01; in Python alpha=0.01) the estimate is unique.
            """,
    },
    "LL211": {
        "title": "The information matrix is singular to working precision",
        "meaning": """
            The gradient of the log-likelihood is zero to within the tolerance, but the observed information
                J = sum_i w_i (diag(p_i) - p_i p_i') kron x_i x_i'
            has, in double precision, a direction without curvature: along it the likelihood of these rows does not
            change. Columns that repeat each other in all rows but those of negligible weight, or of probabilities next
            to 0 and 1, do that, and so do nearly collinear columns with --solver gd, which takes columns as they are.

            The coefficients are not determined along that direction; those printed are one choice among many. More
            iterations do not help. Standard errors would be infinite, and are refused.
            """,
        "what_to_do": """
            Leave out one of the columns that nearly repeat each other (--exclude COL; in Python exclude=["COL"]), or
            fit with a penalty (--alpha 0.01; in Python alpha=0.01), which makes the estimate unique. In place of
            --solver gd use --solver auto (solver="auto"), which takes nearly collinear columns apart.
            """,
    },
    "LL212": {
        "title": "The coefficients give linear predictors to few digits",
        "meaning": """
            The linear predictor of a row is b_0 + sum_j b_j x_j. Where its terms are large and cancel, the rounding of
            the coefficients to 16 digits and of the sum costs up to
                2^-53 sum_j |b_j| max_i |x_ij|,
            which here is more than 1e-6: the probabilities that anyone computes from the printed coefficients, and
            those of predict, are no better. The fit itself is not affected: it subtracts the means of columns, and
            takes nearly collinear columns apart, so that coefficients, standard errors and log-likelihood keep their digits.

            A column far from zero (milliseconds since 1970 that span a second) and columns that nearly cancel do this.
            """,
        "what_to_do": """
            Subtract a constant from such a column before the fit (seconds since the first row in place of seconds since
            1970), or put the difference of two nearly equal columns in the place of one of them.
            """,
    },
    "LL213": {
        "title": "There is nothing to estimate",
        "meaning": """
            Without an intercept the linear predictor is sum_j b_j x_j. Here every column is zero in all rows used, so
            that the predictor is zero whatever the coefficients are, and every class has the probability 1/K.
            """,
        "what_to_do": """
            Use fit_intercept=True, the default, or give columns that are not zero. If they should not be, check what a
            filter, or rows dropped for missing values, have left.
            """,
    },
    "LL214": {
        "title": "Nearly separated: standard errors would have few digits",
        "meaning": """
            The classes are all but separated: they overlap in two rows or so, whose values differ in the last digits.
            These rows hold all the information,
                J = sum_i w_i (diag(p_i) - p_i p_i') kron x_i x_i',
            since p_i is next to 0 or 1 in all others. The estimate exists, but its standard errors are thousands of times
            as large as itself, and rounding would show in their first six digits.
            """,
        "what_to_do": """
            Read the estimate as that of separated classes (loglik explain LL201): the data say in which direction the
            columns tell the classes apart, and next to nothing of how steeply. A penalty (--alpha 0.01; in Python
            alpha=0.01) gives a finite answer; check whether the rows that overlap are typing errors.
            """,
    },
    "LL301": {
        "title": "No standard errors or tests for a penalised fit",
        "meaning": """
            With alpha > 0 the estimate solves s(b) = alpha D b and not s(b) = 0, where s is the mean score and D the
            identity with a 0 for the intercept. With H the mean information at the true coefficients b0,
                b_hat - b0 = (H + alpha D)^-1 (s(b0) - alpha D b0), approximately.

            As s(b0) has mean 0 and variance H/W, with W the number of rows, the estimate has
                bias      -alpha (H + alpha D)^-1 D b0
                variance  (1/W) (H + alpha D)^-1 H (H + alpha D)^-1.
            The bias depends on b0, which is unknown, and for a fixed alpha does not vanish however large W becomes. An
            interval b_hat +- 1.96 s.e. is then centred on the wrong place and does not cover b0 with probability 0.95,
            whichever variance is put in; (1/W) (H + alpha D)^-1, which is often printed, is not even the variance. The
            likelihood-ratio test and AIC rest on the maximum of the likelihood, which the penalised estimate is not.
            """,
        "what_to_do": """
            For inference fit with --alpha 0 (in Python alpha=0), the default. For prediction the penalised fit needs
            no standard errors: judge it by its cross-entropy on rows it has not seen. If the penalty is there because
            the classes are separated, see loglik explain LL201.
            """,
    },
    "LL302": {
        "title": "Sampling weights: no AIC, BIC or likelihood-ratio test",
        "meaning": """
            With sampling weights the fit maximises sum_i w_i log P_i, an estimate of the log-likelihood that the whole
            population would have. It is not the log-likelihood of the sample (it is called a pseudo-likelihood), and
            its maximum estimates the population's coefficients without the theory of likelihood behind it.

            That theory rests on the information identity: the variance of the score, M, equals the expected negative
            second derivative, J. With sampling weights M is estimated by sum_i w_i^2 s_i s_i' and J by
            sum_i w_i H_i, with s_i and H_i the score and the information of row i, and the two differ. So
                2 (log L(b_hat) - log L(b0)) is distributed as lambda_1 Z_1^2 + ... + lambda_r Z_r^2
            with independent standard normal Z_j and lambda_j that depend on M and J; it is chi-square only if all
            lambda_j are 1. Likewise the 2D in AIC stands for 2 tr(J^-1 M), which is 2D only if M = J. A plain sign:
            doubling all weights doubles the statistic and leaves the data and the estimate as they are.

            The coefficients, and the standard errors and Wald tests from the sandwich J^-1 M J^-1 (times n/(n-1)), do
            hold, and do not change when all weights are multiplied by a number.
            """,
        "what_to_do": """
            Test single coefficients with the z and p of the table. If the weights are in truth counts of equal rows,
            say --weight-kind frequency (in Python weight_kind="frequency"); AIC and the likelihood-ratio test are then
            right. The sandwich takes the rows as independent: strata and clusters of a survey are not in it.
            """,
    },
    "LL303": {
        "title": "Too many coefficients for standard errors",
        "meaning": """
            Standard errors are the square roots of the diagonal of the inverse observed information, a matrix with D
            rows and columns. Forming it takes on the order of n D^2 operations and inverting it D^3; above 4,000
            coefficients, or where the operations would be too many, loglik fits without forming it. With two classes
            and no sparse columns, the levels of a categorical column that make up half of the coefficients or more do
            not count, since they can be eliminated; with sampling weights they do, since the outer product of the
            scores is needed as well. The coefficients and the log-likelihood are not touched by this.
            """,
        "what_to_do": """
            Use fewer columns (--features, --exclude) or merge rare levels (--min-count 100; in Python min_count=100).
            With K classes each term has K - 1 coefficients: fewer classes help as well. Predictions need no standard
            errors.
            """,
    },
    "LL304": {
        "title": "Frequency weights are not whole numbers: no standard errors",
        "meaning": """
            A weight can mean two things. A frequency weight w says that w equal rows were observed; the likelihood is
            the product of P_i^(w_i), n is the sum of the weights, and the covariance of the estimate is
                J^-1,  J = sum_i w_i H_i,
            with H_i the information of row i. A sampling weight w says that one row was observed and stands for w
            rows of the population; the row is one observation whatever its weight, and the covariance is
                J^-1 M J^-1 n/(n-1),  M = sum_i w_i^2 s_i s_i',
            with s_i the score of row i.

            Both give the same coefficients: the maximum of sum_i w_i log P_i. They do not give the same standard
            errors. Multiply all weights by 4: as frequencies there are now four times as many rows, and J^-1 gives
            half the standard error; as sampling weights nothing has been learnt, and the sandwich is unchanged.
            Survey weights that add up to the population, say 10^6 times the sample, would make the frequency standard
            errors 1,000 times too small, and every column significant. Weights such as 1.5 cannot be counts, so
            loglik refuses standard errors until it is said what they are.
            """,
        "what_to_do": """
            For survey or importance weights say weight_kind="sampling"; on the command line --weight-kind sampling.
            If the weights are counts that were rescaled, such as to mean 1, give the counts themselves. Predictions
            and coefficients may be used as they are.
            """,
    },
    "LL305": {
        "title": "Standard errors were not asked for",
        "meaning": """
            With inference=False the fit leaves out the observed information
                J = sum_i w_i (diag(p_i) - p_i p_i') kron x_i x_i',
            the one matrix that only standard errors need. For K classes and p columns it takes n p^2 K (K-1)/2
            operations, which can be many times what the coefficients themselves take. The coefficients are the same
            maximum-likelihood estimates to within the tolerance, and so are log-likelihood, AIC and the
            likelihood-ratio test. Small fits, for which J is computed anyway, keep their standard errors.
            """,
        "what_to_do": """
            Say inference=True, the default, for standard errors, tests and intervals.
            """,
    },
}
