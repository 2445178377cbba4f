// What moves with a slider is computed here. Each function is tested against the package at 1,000 points
// (tests/lab/browser/test_maths.py); logarithms are natural, losses in nats.

export type Vector = readonly number[];

/** log_a x (formula 2.8). */
export const logBase = (x: number, a: number): number => (a === 2 ? Math.log2(x) : a === 10 ? Math.log10(x) : Math.log(x) / Math.log(a));

/** Slope of log_a at x: 1 / (x log a) (formula 3.1). */
export const slopeOfLog = (x: number, a: number): number => 1 / (x * Math.log(a));

/** Slope of the line through the curve at x and x + h: (1/h) log_a(1 + h/x). */
export const secantOfLog = (x: number, h: number, a: number): number => Math.log1p(h / x) / Math.log(a) / h;

/** 1 / (1 + e^-z). */
export const sigmoid = (z: number): number => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

/** Logarithms of e^z_k / sum_j e^z_j. */
export function logSoftmax(z: Vector): number[] {
  const largest = Math.max(...z);
  const logSum = Math.log(sum(z.map((each) => Math.exp(each - largest))));
  return z.map((each) => each - largest - logSum);
}

export const softmax = (z: Vector): number[] => logSoftmax(z).map(Math.exp);

/** t log p with 0 log 0 = 0. */
const weighted = (t: number, p: number): number => (t === 0 ? 0 : t * Math.log(p));

/** sum_k n_k log y_k (formula 5.2): the log-likelihood of counts, and of shares the negative cross-entropy. */
export const logLikelihood = (counts: Vector, p: Vector): number => sum(counts.map((n, k) => weighted(n, p[k]!)));

/** -sum_k t_k log y_k (formula 6.2). */
export const crossEntropy = (t: Vector, y: Vector): number => 0 - logLikelihood(t, y);

/** -sum_k t_k log t_k. */
export const entropy = (t: Vector): number => crossEntropy(t, t);

/** sum_k t_k log(t_k / y_k) (formula 6.3); terms t log(t/y) - t + y are not negative, so that nothing cancels. */
export const divergence = (t: Vector, y: Vector): number =>
  sum(t.map((each, k) => (each === 0 ? y[k]! : each * Math.log(each / y[k]!) - each + y[k]!)));

/** -t log p - (1 - t) log(1 - p) with p = 1 / (1 + e^-z): log(1 + e^z) - t z, without overflow. */
export const binaryCrossEntropy = (t: number, z: number): number =>
  Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - t * z;

export const linear = (w: Vector, x1: number, x2: number): number => w[0]! + w[1]! * x1 + w[2]! * x2;

/** Mean binary cross-entropy of points (x1, x2, t) at weights w: what logistic regression minimises (formula 8.1). */
export const meanLoss = (points: readonly Vector[], w: Vector): number =>
  sum(points.map(([x1, x2, t]) => binaryCrossEntropy(t!, linear(w, x1!, x2!)))) / points.length;

export const sum = (values: Vector): number => values.reduce((a, b) => a + b, 0);

/** The other probabilities make room for one that is moved, in proportion. */
export function withProbability(p: Vector, k: number, value: number): number[] {
  const rest = 1 - p[k]!;
  return p.map((each, j) => (j === k ? value : rest > 0 ? (each / rest) * (1 - value) : (1 - value) / (p.length - 1)));
}
