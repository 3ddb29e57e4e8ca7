/** Run events for tests, short to write. Times begin at `T0`. */
import type { Stage } from '../../src/core/contact.ts';
import type { HostInfo, RunEvent } from '../../src/core/event.ts';
import type { FleetVerdict } from '../../src/core/fleet.ts';
import { type HostId, hostId, type Labels } from '../../src/core/host.ts';
import type { Finding, Outcome, Status } from '../../src/core/verdict.ts';

export const T0 = '2026-11-21T06:41:08.000Z';
let seq = 0;

export function at(ms: number): string {
  return new Date(Date.parse(T0) + ms).toISOString();
}

export function started(hosts: readonly HostInfo[], threshold = 3): RunEvent {
  const tool = { name: 'patchwhy', version: '0.1.0', catalogue: '2026-11-21' } as const;
  const run = { id: 'r1', source: 'inventory', startedAt: T0, threshold, tool } as const;
  return { type: 'run.started', seq: seq++, at: T0, run, hosts };
}

export function info(name: string, labels: Labels = {}): HostInfo {
  return { id: hostId(name), labels };
}

export function staged(host: HostId, stage: Stage, ms = 0): RunEvent {
  return { type: 'host.stage', seq: seq++, at: at(ms), host, stage };
}

export function done(host: HostId, outcome: Outcome, ms = 0): RunEvent {
  const evidence = { file: 'evidence.ndjson', offset: 0, bytes: 1 };
  return { type: 'host.done', seq: seq++, at: at(ms), host, outcome, evidence };
}

export function revised(host: HostId, outcome: Outcome, ms = 0): RunEvent {
  return { type: 'host.revised', seq: seq++, at: at(ms), host, outcome };
}

export function recurring(cause: string, hosts: number, common: Labels): RunEvent {
  return { type: 'cause.recurring', seq: seq++, at: T0, cause, title: cause, hosts, common };
}

export function fleetJudged(fleet: FleetVerdict): RunEvent {
  return { type: 'fleet.judged', seq: seq++, at: T0, fleet };
}

export function notice(text: string, level: 'info' | 'warning' | 'error' = 'warning'): RunEvent {
  return { type: 'notice', seq: seq++, at: T0, level, code: 'test', text };
}

export function finished(ms = 60_000, complete = true): RunEvent {
  const summary = { hosts: 0, judged: 0, contact: 0, skipped: 0, ok: 0, failing: 0, byStatus: {} };
  const exit = { code: 0, reasons: [] } as const;
  return { type: 'run.finished', seq: seq++, at: at(ms), complete, exit, summary };
}

export function finding(id: string, more: Partial<Finding> = {}): Finding {
  const evidence = [
    { kind: 'strong', pointer: '/volumes/0/freeBytes', quote: `sign of ${id}` },
  ] as const;
  return { id, title: `Title of ${id}`, category: 'test', confidence: 0.9, evidence, ...more };
}

export function judged(causes: readonly Finding[], status: Status = 'failing'): Outcome {
  const verdict = {
    status: causes.length === 0 ? 'ok' : status,
    cause: causes[0]?.id ?? 'none',
    causes,
    consequences: [],
    unread: [],
    ...(causes.length === 0 ? { grounds: ['build 26100.7171 is current'] } : {}),
  } as const;
  return { kind: 'judged', verdict, collectedAt: T0, mode: 'powershell' };
}

export function noContact(cause: string, code: string, more: Partial<Finding> = {}): Outcome {
  const first = finding(cause, { category: 'contact', ...more });
  const verdict = {
    status: 'unreachable',
    cause,
    causes: [first],
    consequences: [],
    unread: [],
  } as const;
  return { kind: 'contact', verdict, contact: { stage: 'tcp', code } };
}
