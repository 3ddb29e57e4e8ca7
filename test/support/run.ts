/** Pieces of a run for tests: hosts, looks and a judge that says what the look says. */
import type { RunEvent } from '../../src/core/event.ts';
import { hostId, type Host, type Labels } from '../../src/core/host.ts';
import type { Look } from '../../src/core/look.ts';
import type { Outcome, Verdict } from '../../src/core/verdict.ts';
import type { Judge } from '../../src/engine/judge.ts';
import type { ScanPlan } from '../../src/engine/scan.ts';
import type { Source } from '../../src/sources/source.ts';

export const AT = '2026-11-21T06:00:00.000Z';

export function host(name: string, labels: Labels = {}): Host {
  return {
    id: hostId(name),
    address: name,
    labels,
    reach: { kind: 'unavailable', transport: 'none', reason: 'a test' },
    limits: { connectMs: 1000, collectMs: 1000 },
  };
}

export function hosts(count: number, labels: (at: number) => Labels = () => ({})): Host[] {
  return Array.from({ length: count }, (_, at) => host(`ws-${at + 1}`, labels(at)));
}

export function evidence(name: string, build = 19045): Look {
  return {
    kind: 'evidence',
    evidence: { schema: 'evidence/1', host: name, collectedAt: AT, os: { build } },
  };
}

export function verdict(cause: string, status: Verdict['status'] = 'failing'): Verdict {
  const causes =
    cause === 'none'
      ? []
      : [
          {
            id: cause,
            title: `title of ${cause}`,
            category: 'test',
            confidence: 0.8,
            evidence: [],
          },
        ];
  return { status: cause === 'none' ? 'ok' : status, cause, causes, consequences: [], unread: [] };
}

/** Judges every host by its name. */
export function judgeBy(cause: (host: string) => string): Judge {
  return {
    judge(id, look): Outcome {
      if (look.kind === 'contact') {
        return {
          kind: 'contact',
          verdict: verdict(cause(id), 'unreachable'),
          contact: look.contact.contact,
        };
      }
      return { kind: 'judged', verdict: verdict(cause(id)), collectedAt: AT, mode: 'powershell' };
    },
    review: () => [],
  };
}

export function plan(parts: Partial<ScanPlan> & { readonly hosts: readonly Host[] }): ScanPlan {
  const source: Source = {
    look: (each, context) => context.slot(async () => ({ look: evidence(each.id) })),
  };
  return {
    run: {
      id: '2026-11-21T06-00-00Z-0000',
      source: 'inventory',
      inventory: 'fleet.yaml',
      startedAt: AT,
      threshold: 3,
      tool: { name: 'patchwhy', version: '0.0.0', catalogue: 'test' },
    },
    source,
    judge: judgeBy(() => 'none'),
    forks: 4,
    stop: new AbortController().signal,
    now: () => AT,
    ...parts,
  };
}

export async function all(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const list: RunEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

export function ofType<T extends RunEvent['type']>(
  events: readonly RunEvent[],
  type: T,
): Extract<RunEvent, { type: T }>[] {
  return events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
}
