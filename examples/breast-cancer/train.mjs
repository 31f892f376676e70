// Trains a logistic regression with L2 regularisation (Newton's method) and writes model.onnx, with the standardisation of its
// inputs inside: whoever serves the model feeds it raw measurements by their names. Needs nothing but Node.
import { readFileSync, writeFileSync } from "node:fs";
import { model, node, tensor, value } from "./onnx.mjs";

const { features, l2, steps } = readParameters("params.yaml").train;
const { rows, positive } = readTable("data/train.csv", features, "diagnosis", "malignant");
console.log(`${rows.length} rows, ${features.length} features, l2 = ${l2}`);

const mean = features.map((_, j) => average(rows.map((row) => row[j])));
const scale = features.map((_, j) => Math.sqrt(average(rows.map((row) => (row[j] - mean[j]) ** 2))));
const standardised = rows.map((row) => [...row.map((x, j) => (x - mean[j]) / scale[j]), 1]);
const weights = minimise(standardised, positive, l2, steps);

writeFileSync("model.onnx", toOnnx(weights));
console.log(`wrote model.onnx; training log loss ${trainingLoss(standardised, positive, weights).toFixed(4)}`);

/** Minimises the mean log loss + l2 / (2 n) · |w|²; the intercept, the last weight, is not regularised. */
function minimise(x, y, l2, steps) {
  const size = x[0].length;
  let w = new Array(size).fill(0);
  for (let step = 1; step <= steps; step++) {
    const gradient = w.map((weight, j) => (j < size - 1 ? l2 * weight : 0));
    const hessian = w.map((_, j) => w.map((_, k) => (j === k && j < size - 1 ? l2 : j === k ? 1e-9 : 0)));
    x.forEach((row, i) => {
      const p = sigmoid(dot(row, w));
      for (let j = 0; j < size; j++) {
        gradient[j] += (p - y[i]) * row[j];
        for (let k = 0; k < size; k++) hessian[j][k] += p * (1 - p) * row[j] * row[k];
      }
    });
    const change = solve(hessian, gradient);
    w = w.map((weight, j) => weight - change[j]);
    console.log(`step ${step}: log loss ${trainingLoss(x, y, w).toFixed(5)}`);
    if (Math.max(...change.map(Math.abs)) < 1e-9) break;
  }
  return w;
}

/** Gaussian elimination with partial pivoting. */
function solve(matrix, vector) {
  const a = matrix.map((row, i) => [...row, vector[i]]);
  const n = a.length;
  for (let i = 0; i < n; i++) {
    const pivot = a.slice(i).reduce((best, row, k) => (Math.abs(row[i]) > Math.abs(a[best][i]) ? i + k : best), i);
    [a[i], a[pivot]] = [a[pivot], a[i]];
    for (let k = i + 1; k < n; k++) {
      const factor = a[k][i] / a[i][i];
      for (let j = i; j <= n; j++) a[k][j] -= factor * a[i][j];
    }
  }
  const solution = new Array(n);
  for (let i = n - 1; i >= 0; i--) {
    solution[i] = (a[i][n] - dot(a[i].slice(i + 1, n), solution.slice(i + 1))) / a[i][i];
  }
  return solution;
}

/** probability = sigmoid(((features − mean) / scale) · weights + intercept), each feature an input of its own. */
function toOnnx(weights) {
  const k = features.length;
  return model({
    name: "breast-cancer",
    inputs: features.map((name) => value(name, 1)),
    outputs: [value("probability", 1)],
    nodes: [
      node("Concat", features, ["raw"], { axis: 1 }),
      node("Sub", ["raw", "mean"], ["centred"]),
      node("Div", ["centred", "scale"], ["standardised"]),
      node("Gemm", ["standardised", "weights", "intercept"], ["logit"]),
      node("Sigmoid", ["logit"], ["probability"]),
    ],
    tensors: [
      tensor("mean", [k], mean),
      tensor("scale", [k], scale),
      tensor("weights", [k, 1], weights.slice(0, k)),
      tensor("intercept", [1], weights.slice(k)),
    ],
  });
}

function trainingLoss(x, y, w) {
  return average(x.map((row, i) => -Math.log(y[i] === 1 ? sigmoid(dot(row, w)) : 1 - sigmoid(dot(row, w)))));
}

function readTable(path, columns, target, positiveValue) {
  const [header, ...lines] = readFileSync(path, "utf8")
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  const at = (name) => {
    const index = header.indexOf(name);
    if (index === -1) throw new Error(`${path} has no column ${name}`);
    return index;
  };
  const [indices, targetIndex] = [columns.map(at), at(target)];
  return {
    rows: lines.map((line) => indices.map((index) => Number(line[index]))),
    positive: lines.map((line) => (line[targetIndex] === positiveValue ? 1 : 0)),
  };
}

/** The part of YAML that params.yaml uses: two levels, numbers, and lists of one item a line. */
function readParameters(path) {
  const parameters = {};
  let section;
  let list;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const content = line.replace(/\s*#.*$/, "");
    if (content.trim() === "") continue;
    const item = /^\s+- (.+)$/.exec(content);
    const entry = /^(\s*)([\w-]+):\s*(.*)$/.exec(content);
    if (item) list.push(item[1]);
    else if (entry?.[1] === "") section = parameters[entry[2]] = {};
    else if (entry?.[3] === "") list = section[entry[2]] = [];
    else if (entry) section[entry[2]] = Number(entry[3]);
    else throw new Error(`${path}: cannot read ${JSON.stringify(line)}`);
  }
  return parameters;
}

function average(values) {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

function dot(a, b) {
  return a.reduce((sum, one, i) => sum + one * b[i], 0);
}

function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}
