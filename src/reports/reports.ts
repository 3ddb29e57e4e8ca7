/** Every report by its name: its figures, and how they are told. */
import type { Language } from '../core/entry.ts';
import type { Report } from './blocks.ts';
import { failuresReport } from './failures-report.ts';
import { failuresOf } from './failures.ts';
import { overviewReport } from './overview-report.ts';
import { overviewOf } from './overview.ts';
import type { ReportParts } from './report-parts.ts';

interface Told {
  /** What `--format json` prints. */
  readonly figures: object;
  readonly report: (language: Language) => Report;
}

function telling<T extends object>(
  figuresOf: (parts: ReportParts) => T,
  reportOf: (figures: T, language: Language) => Report,
): (parts: ReportParts) => Told {
  return (parts) => {
    const figures = figuresOf(parts);
    return { figures, report: (language) => reportOf(figures, language) };
  };
}

export const REPORTS = {
  overview: telling(overviewOf, overviewReport),
  failures: telling(failuresOf, failuresReport),
} as const;

export type ReportKind = keyof typeof REPORTS;
