import { accuracy as binaryAccuracy } from "./binary/accuracy.ts";
import { averagePrecision } from "./binary/average-precision.ts";
import { balancedAccuracy as binaryBalancedAccuracy } from "./binary/balanced-accuracy.ts";
import { brier as binaryBrier } from "./binary/brier.ts";
import { ece as binaryEce } from "./binary/ece.ts";
import { f1 } from "./binary/f1.ts";
import { logLoss as binaryLogLoss } from "./binary/log-loss.ts";
import { mcc as binaryMcc } from "./binary/mcc.ts";
import { precision } from "./binary/precision.ts";
import { recall } from "./binary/recall.ts";
import { rocAuc } from "./binary/roc-auc.ts";
import { specificity } from "./binary/specificity.ts";
import type { Metric, MetricOptions } from "./metric.ts";
import { accuracy } from "./multiclass/accuracy.ts";
import { balancedAccuracy } from "./multiclass/balanced-accuracy.ts";
import { brier } from "./multiclass/brier.ts";
import { cohenKappa } from "./multiclass/cohen-kappa.ts";
import { ece } from "./multiclass/ece.ts";
import { f1Macro } from "./multiclass/f1-macro.ts";
import { f1Weighted } from "./multiclass/f1-weighted.ts";
import { logLoss } from "./multiclass/log-loss.ts";
import { mcc } from "./multiclass/mcc.ts";
import { precisionMacro } from "./multiclass/precision-macro.ts";
import { precisionWeighted } from "./multiclass/precision-weighted.ts";
import { recallMacro } from "./multiclass/recall-macro.ts";
import { recallWeighted } from "./multiclass/recall-weighted.ts";
import { rocAucOvr } from "./multiclass/roc-auc-ovr.ts";
import { rocAucOvrWeighted } from "./multiclass/roc-auc-ovr-weighted.ts";
import { topKAccuracy } from "./multiclass/top-k-accuracy.ts";
import type { Task } from "./observations.ts";
import { mae } from "./regression/mae.ts";
import { mape } from "./regression/mape.ts";
import { medianAe } from "./regression/median-ae.ts";
import { pinball } from "./regression/pinball.ts";
import { r2 } from "./regression/r2.ts";
import { rmse } from "./regression/rmse.ts";
import { smape } from "./regression/smape.ts";

/** The metrics of a task; of a task not known more closely, `AnyMetric`. */
export type MetricOf<T extends Task> = { readonly [K in Task]: Metric<K> }[T];

/** Every metric, in the order in which reports and documentation list them. */
const METRICS: { readonly [K in Task]: readonly MetricOf<K>[] } = {
  binary: [
    rocAuc,
    averagePrecision,
    binaryLogLoss,
    binaryBrier,
    binaryAccuracy,
    binaryBalancedAccuracy,
    precision,
    recall,
    specificity,
    f1,
    binaryMcc,
    binaryEce,
  ],
  multiclass: [
    accuracy,
    balancedAccuracy,
    topKAccuracy,
    logLoss,
    brier,
    rocAucOvr,
    rocAucOvrWeighted,
    precisionMacro,
    precisionWeighted,
    recallMacro,
    recallWeighted,
    f1Macro,
    f1Weighted,
    cohenKappa,
    mcc,
    ece,
  ],
  regression: [rmse, mae, medianAe, r2, mape, smape, pinball],
};

/** What a report holds where the config names no metrics. */
const DEFAULT_METRICS: Readonly<Record<Task, readonly string[]>> = {
  binary: ["roc_auc", "average_precision", "log_loss", "accuracy", "precision", "recall", "f1"],
  multiclass: ["accuracy", "balanced_accuracy", "f1_macro", "log_loss", "roc_auc_ovr"],
  regression: ["rmse", "mae", "r2"],
};

/** What the options are where the config does not say; the config's schema states the same. */
export const DEFAULT_METRIC_OPTIONS: MetricOptions = { calibrationBins: 10, topK: 2, quantile: 0.5 };

/** All metrics of a task, in the order of documentation and reports. */
export function metricsOf<T extends Task>(task: T): readonly MetricOf<T>[] {
  return METRICS[task];
}

/** The task's metric of that name; null where there is none. */
export function findMetric<T extends Task>(task: T, name: string): MetricOf<T> | null {
  return metricsOf(task).find((metric) => metric.name === name) ?? null;
}

/** Names of the task's usual metrics. Those that need scores have no value where a model gives decisions alone. */
export function defaultMetrics(task: Task): readonly string[] {
  return DEFAULT_METRICS[task];
}
