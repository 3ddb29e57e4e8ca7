/** Management agents, what their servers say was deployed here, and the tasks that should have run. */
import type { Evidence } from '../core/look.ts';
import type { Installations } from './open-failures.ts';
import type { Reading } from './reading.ts';
import { DAY, HOUR, timeOf } from './reading.ts';
import { resultCode, SUCCESS } from './result-code.ts';
import type { Fact, Item } from './shape.ts';
import { NEVER, unknown } from './shape.ts';

const agentShape = {
  product: 'string',
  state: 'string',
  lastCheckIn: 'time',
  /** 0 when not told. */
  checkInDays: 'double',
  lastAudit: 'time',
  auditDays: 'double',
  /** yes, no or unknown */
  policy: 'string',
  window: 'string',
} as const;

export const agentsShape = {
  all: [agentShape],
  count: 'double',
  /** Running, with a policy, checked in within a week. */
  healthy: 'double',
} as const;

type Agent = Item<typeof agentShape>;

export function agentsFact(reading: Reading): Fact<typeof agentsShape> {
  const { agents } = reading.evidence;
  if (agents === undefined || !reading.has('agents')) return unknown(agentsShape);
  const all = agents.map((agent, position): Agent => {
    const checkIn = timeOf(agent.lastCheckIn);
    const audit = timeOf(agent.lastAudit);
    const base = `/agents/${position}`;
    return {
      from: agent.state === undefined ? base : `${base}/state`,
      fromField: {
        product: `${base}/product`,
        ...(checkIn > 0 && { lastCheckIn: `${base}/lastCheckIn` }),
        ...(audit > 0 && { lastAudit: `${base}/lastAudit` }),
        ...(agent.policyAssigned !== undefined && { policy: `${base}/policyAssigned` }),
      },
      product: agent.product,
      state: agent.state ?? 'unknown',
      lastCheckIn: checkIn === 0 ? NEVER : new Date(checkIn),
      checkInDays: checkIn === 0 ? 0 : (reading.now - checkIn) / DAY,
      lastAudit: audit === 0 ? NEVER : new Date(audit),
      auditDays: audit === 0 ? 0 : (reading.now - audit) / DAY,
      policy:
        agent.policyAssigned === true ? 'yes' : agent.policyAssigned === false ? 'no' : 'unknown',
      window: agent.maintenanceWindow ?? '',
    };
  });
  const healthy = all.filter(
    ({ state, checkInDays, policy }) => state === 'running' && checkInDays <= 7 && policy !== 'no',
  );
  return { known: true, from: '/agents', all, count: all.length, healthy: healthy.length };
}

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
  const lastBoot = timeOf(os?.lastBoot);
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

const taskShape = {
  path: 'string',
  missedRuns: 'double',
  lastRun: 'time',
  idleDays: 'double',
  enabled: 'bool',
  /** Its last run ended well, or it never ran. */
  isFine: 'bool',
} as const;

export const tasksShape = { missed: [taskShape] } as const;

const STILL_RUNNING = new Set(['', '0x00000000', '0x00041301', '0x00041303']);

/** Patch tasks that missed starts. Tasks of Windows itself catch up on their own. */
export function tasksFact(reading: Reading): Fact<typeof tasksShape> {
  const { tasks } = reading.evidence;
  if (tasks === undefined || !reading.has('tasks')) return unknown(tasksShape);
  const missed = tasks
    .map((task, position) => ({ task, position }))
    .filter(({ task }) => (task.missedRuns ?? 0) > 0 && !/^\\Microsoft\\Windows\\/i.test(task.path))
    .map(({ task, position }) => {
      const lastRun = timeOf(task.lastRun);
      return {
        from: `/tasks/${position}/missedRuns`,
        path: task.path,
        missedRuns: task.missedRuns ?? 0,
        lastRun: lastRun === 0 ? NEVER : new Date(lastRun),
        idleDays: lastRun === 0 ? 999 : (reading.now - lastRun) / DAY,
        enabled: task.enabled !== false,
        isFine: STILL_RUNNING.has(rawCode(task.lastResult)),
      };
    });
  return { known: true, from: '/tasks', missed };
}

/** Task results are small success codes as they stand, not Win32 errors. */
function rawCode(code: string | undefined): string {
  return code?.replace(/^0x/i, '0x').toUpperCase().replace('0X', '0x') ?? '';
}

export const windowShape = { isShort: 'bool', hours: 'double', text: 'string' } as const;

/** A maintenance window written as `22:00-04:00`; its length where it can be read. */
export function windowFact({ evidence }: Reading): Fact<typeof windowShape> {
  const agents = evidence.agents ?? [];
  const position = agents.findIndex(({ maintenanceWindow }) =>
    /\d{1,2}:\d{2}/.test(maintenanceWindow ?? ''),
  );
  const text = agents[position]?.maintenanceWindow ?? '';
  const match = /(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})/.exec(text);
  if (match === null) return unknown(windowShape);
  const [start = 0, startMinute = 0, end = 0, endMinute = 0] = match.slice(1).map(Number);
  const minutes = (end * 60 + endMinute - start * 60 - startMinute + 24 * 60) % (24 * 60);
  const hours = (minutes * 60_000) / HOUR;
  return {
    known: true,
    from: `/agents/${position}/maintenanceWindow`,
    isShort: hours > 0 && hours < 1,
    hours,
    text,
  };
}
