/** MSRC severities, the gravest first. The Windows Update Agent hands them out in English on every system. */
export const SEVERITIES = ['critical', 'important', 'moderate', 'low', 'unspecified'] as const;
export type Severity = (typeof SEVERITIES)[number];

export function severityOf(text: string | undefined): Severity {
  return SEVERITIES.find((each) => each === text?.toLowerCase()) ?? 'unspecified';
}

/** 0 is the gravest. */
export function rankOfSeverity(text: string | undefined): number {
  return SEVERITIES.indexOf(severityOf(text));
}
