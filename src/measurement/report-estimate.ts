import type { Measured } from "../report/schema.ts";
import type { Estimate, MeasuredEstimate, Uncertainty } from "../statistics/uncertainty.ts";

type ReportedUncertainty = Extract<Measured, { measured: true }>["uncertainty"];

/** An estimate as the report writes it. */
export function reported({ value, uncertainty }: Estimate, note?: string): Measured {
  return {
    measured: true,
    value,
    ...(note === undefined ? {} : { note }),
    uncertainty: reportedUncertainty(uncertainty),
  };
}

/** An estimate, or the reason why there is none, as the report writes it. */
export function reportedIfMeasured(estimate: MeasuredEstimate): Measured {
  return estimate.measured ? reported(estimate) : { measured: false, reason: estimate.reason };
}

/** The report's own copy. */
function reportedUncertainty(uncertainty: Uncertainty): ReportedUncertainty {
  return uncertainty.kind === "resampled" ? { ...uncertainty, quantiles: [...uncertainty.quantiles] } : uncertainty;
}
