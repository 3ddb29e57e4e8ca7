/** What the server of a management product says was deployed to this host. */
import type { Evidence } from '../core/look.ts';
import type { Installations } from './open-failures.ts';
import type { Reading } from './reading.ts';
import { timeOf } from './reading.ts';
import { resultCode, SUCCESS } from './result-code.ts';
import type { Fact, Item } from './shape.ts';
import { NEVER, unknown } from './shape.ts';

const deploymentShape = {
  name: 'string',
  kb: 'string',
  approval: 'string',
  /** The approval in words. */
  decision: 'string',
  detection: 'string',
  /** none, ok or failed */
  result: 'string',
  exit: 'double',
  code: 'string',
  deployed: 'time',
  detected: 'time',
  /** Detection has run since the deployment, and since the restart. */
  detectedSince: 'bool',
  /** A full start lies between the deployment and now. */
  startedSince: 'bool',
  attempts: 'double',
  maxAttempts: 'double',
  exhausted: 'bool',
  payloadMissing: 'bool',
  outsideLabel: 'bool',
  /** The host itself says that it is installed. */
  isInstalled: 'bool',
} as const;

export const deploymentsShape = {
  rows: [deploymentShape],
  count: 'double',
  missing: 'double',
} as const;

type Deployment = Item<typeof deploymentShape>;
type Row = NonNullable<NonNullable<Evidence['agents']>[number]['deployments']>[number];

export function deploymentsFact(
  reading: Reading,
  { open }: Installations,
): Fact<typeof deploymentsShape> {
  const { agents, hotfixes, windowsUpdate, os } = reading.evidence;
  const told = agents?.some(({ deployments }) => deployments !== undefined) === true;
  if (!told) return unknown(deploymentsShape);
  const lastBoot = reading.past(timeOf(os?.lastBoot));
  const isThere = (kb: string): boolean =>
    kb !== '' &&
    !open.installs.some((failure) => failure.kb === kb) &&
    (hotfixes?.some((hotfix) => hotfix.kb === kb) === true ||
      windowsUpdate?.history?.some((entry) => entry.kb === kb && entry.result === 'succeeded') ===
        true);
  const rows = agents.flatMap(({ deployments }, agent) =>
    (deployments ?? []).map((row, position) =>
      readRow(row, `/agents/${agent}/deployments/${position}`, { lastBoot, isThere }),
    ),
  );
  return {
    known: true,
    from: rows[0]?.from ?? '/agents',
    rows,
    count: rows.length,
    missing: rows.filter(({ detection }) => detection === 'notPatched').length,
  };
}

interface RowContext {
  readonly lastBoot: number;
  readonly isThere: (kb: string) => boolean;
}

function readRow(row: Row, from: string, { lastBoot, isThere }: RowContext): Deployment {
  const deployed = timeOf(row.deployedAt);
  const detected = timeOf(row.detectedAt);
  const code = resultCode(row.exitCode);
  const ran = row.exitCode !== undefined && row.exitCode !== null;
  const present = Object.keys(row) as (keyof Row)[];
  return {
    from,
    fromField: Object.fromEntries(present.map((key) => [PLACES[key] ?? key, `${from}/${key}`])),
    name: row.kb ?? row.title ?? 'an update',
    kb: row.kb ?? '',
    approval: row.approval ?? 'unknown',
    decision: row.approval === 'notApproved' ? 'not approved' : (row.approval ?? 'unknown'),
    detection: row.detection ?? 'unknown',
    result: ran ? (SUCCESS.has(code) ? 'ok' : 'failed') : 'none',
    exit: row.exitCode ?? 0,
    code: SUCCESS.has(code) ? '' : code,
    deployed: deployed === 0 ? NEVER : new Date(deployed),
    detected: detected === 0 ? NEVER : new Date(detected),
    detectedSince:
      detected > deployed && deployed > 0 && (lastBoot < deployed || detected > lastBoot),
    startedSince: deployed > 0 && lastBoot > deployed,
    attempts: row.attempts ?? 0,
    maxAttempts: row.maxAttempts ?? 0,
    exhausted: row.maxAttempts !== undefined && (row.attempts ?? 0) >= row.maxAttempts,
    payloadMissing: row.payloadOnServer === false,
    outsideLabel: row.inLabel === false,
    isInstalled: isThere(row.kb ?? ''),
  };
}

const PLACES: Partial<Record<keyof Row, keyof typeof deploymentShape>> = {
  exitCode: 'exit',
  deployedAt: 'deployed',
  approval: 'decision',
  detectedAt: 'detected',
  payloadOnServer: 'payloadMissing',
  inLabel: 'outsideLabel',
};
