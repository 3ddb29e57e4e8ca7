/** Folds run events into the one document that `scan --json` prints: schemas/scan.schema.json. */
import type { RunEvent, RunInfo, Summary } from '../core/event.ts';
import type { Fix, FleetVerdict, Spread } from '../core/fleet.ts';
import type { HostId, Labels } from '../core/host.ts';
import { canRecur, HEALTHY, type CauseId, type Outcome } from '../core/verdict.ts';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

export interface CauseSummary {
  readonly id: CauseId;
  readonly title: string;
  readonly category: string;
  /** Hosts that have it first. */
  readonly hostCount: number;
  /** Hosts that have it at all. */
  readonly hostCountAny: number;
  readonly hosts: readonly HostId[];
  readonly recurring: boolean;
  readonly sites: Readonly<Record<string, number>>;
  /** How far it reaches, and what its hosts have in common; absent where it comes first on none. */
  readonly spread?: Omit<Spread, 'cause' | 'title' | 'hosts'>;
}

export interface ScanDocument {
  readonly schema: 'patchwhy/scan/1';
  readonly tool: RunInfo['tool'];
  readonly run: Omit<RunInfo, 'tool'> & { readonly finishedAt: string };
  readonly complete: boolean;
  readonly exit: Of<'run.finished'>['exit'];
  readonly summary: Summary;
  readonly causes: readonly CauseSummary[];
  /** In the order that brings the most hosts back soonest. */
  readonly fixes: readonly Fix[];
  readonly hosts: readonly Record<string, unknown>[];
  readonly notices: readonly Pick<Of<'notice'>, 'level' | 'code' | 'text'>[];
}

/** Collects what the document needs while events pass by. */
export class ScanDocumentBuilder {
  #started: Of<'run.started'> | undefined;
  #finished: Of<'run.finished'> | undefined;
  readonly #outcomes = new Map<HostId, Outcome>();
  readonly #notices: Of<'notice'>[] = [];
  #fleet: FleetVerdict = { spreads: [], fixes: [] };

  apply(event: RunEvent): void {
    switch (event.type) {
      case 'run.started':
        this.#started = event;
        break;
      case 'host.done':
      case 'host.revised':
        this.#outcomes.set(event.host, event.outcome);
        break;
      case 'fleet.judged':
        this.#fleet = event.fleet;
        break;
      case 'notice':
        this.#notices.push(event);
        break;
      case 'run.finished':
        this.#finished = event;
        break;
      case 'host.stage':
      case 'host.command':
      case 'cause.recurring':
        break;
    }
  }

  /** The document of a run that has ended; undefined before. */
  document(): ScanDocument | undefined {
    const started = this.#started;
    const finished = this.#finished;
    if (!started || !finished) return undefined;
    const { tool, ...run } = started.run;
    const { complete, exit, summary } = finished;
    return {
      schema: 'patchwhy/scan/1',
      tool,
      run: { ...run, finishedAt: finished.at },
      complete,
      exit,
      summary,
      causes: summariseCauses(started, this.#outcomes, this.#fleet),
      fixes: this.#fleet.fixes,
      hosts: started.hosts.map(({ id, labels }) =>
        hostEntry(id, labels, this.#outcomes.get(id) ?? NOT_STARTED, finished.at),
      ),
      notices: this.#notices.map(({ level, code, text }) => ({ level, code, text })),
    };
  }
}

const NOT_STARTED: Outcome = { kind: 'skipped', reason: 'not started' };

function summariseCauses(
  { run, hosts }: Of<'run.started'>,
  outcomes: ReadonlyMap<HostId, Outcome>,
  { spreads }: FleetVerdict,
): CauseSummary[] {
  const reaches = new Map(
    spreads.map(({ cause, title: _, hosts: __, ...reach }) => [cause, reach]),
  );
  const found = new Map<
    CauseId,
    { title: string; category: string; first: HostId[]; any: number }
  >();
  const sites = new Map(hosts.map(({ id, labels }) => [id, labels['site'] ?? '']));
  for (const { id } of hosts) {
    const outcome = outcomes.get(id);
    if (!outcome || outcome.kind === 'skipped' || outcome.verdict.cause === HEALTHY) continue;
    for (const cause of outcome.verdict.causes) {
      const seen = found.get(cause.id) ?? {
        title: cause.title,
        category: cause.category,
        first: [],
        any: 0,
      };
      found.set(cause.id, seen);
      seen.any += 1;
      if (cause.id === outcome.verdict.cause) seen.first.push(id);
    }
  }
  return [...found]
    .map(([id, { title, category, first, any }]) => ({
      id,
      title,
      category,
      hostCount: first.length,
      hostCountAny: any,
      hosts: first,
      recurring: canRecur(id) && first.length >= run.threshold,
      sites: countBySite(first, sites),
      ...withSpread(reaches.get(id)),
    }))
    .toSorted(
      (a, b) =>
        Number(b.recurring) - Number(a.recurring) ||
        b.hostCount - a.hostCount ||
        compare(a.id, b.id),
    );
}

function withSpread(spread: CauseSummary['spread']): Pick<CauseSummary, 'spread'> {
  return spread === undefined ? {} : { spread };
}

function countBySite(
  hosts: readonly HostId[],
  sites: ReadonlyMap<HostId, string>,
): Record<string, number> {
  const counts = new Map<string, number>();
  for (const host of hosts) {
    const site = sites.get(host);
    if (site) counts.set(site, (counts.get(site) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

export function hostEntry(
  name: HostId,
  labels: Labels,
  outcome: Outcome,
  now: string,
): Record<string, unknown> {
  const base = { name, outcome: outcome.kind, labels };
  switch (outcome.kind) {
    case 'judged': {
      const { verdict, collectedAt, mode, reason } = outcome;
      const ageSeconds = Math.max(
        0,
        Math.round((Date.parse(now) - Date.parse(collectedAt)) / 1000),
      );
      return {
        ...base,
        collectedAt,
        ageSeconds,
        mode,
        ...(reason !== undefined && { reason }),
        ...verdict,
      };
    }
    case 'contact':
      return { ...base, ...outcome.verdict, contact: outcome.contact };
    case 'skipped':
      return {
        ...base,
        status: 'skipped',
        cause: null,
        causes: [],
        consequences: [],
        unread: [],
        reason: outcome.reason,
      };
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
