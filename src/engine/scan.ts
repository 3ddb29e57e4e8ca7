/**
 * One run: N hosts in, N outcomes out, as one stream of run events. Knows no terminal, no file and no format.
 * Failure of a host is a value in its event; only a fault of this program ends up as a notice and exit code 1.
 */
import { commonLabels } from '../core/common-labels.ts';
import type {
  EvidenceRef,
  ExitReason,
  Instant,
  Level,
  RunEvent,
  RunInfo,
  Summary,
} from '../core/event.ts';
import type { Host, HostId } from '../core/host.ts';
import type { Look } from '../core/look.ts';
import { masked } from '../core/secret.ts';
import { isUnsupported, type Outcome, type Status } from '../core/verdict.ts';
import { FleetLedger } from '../fleet/ledger.ts';
import { type Traits, traitsOf } from '../fleet/traits.ts';
import type { Source } from '../sources/source.ts';
import { Admission, type Applicant, type Bounds, type Later } from './admission.ts';
import { EventQueue } from './event-queue.ts';
import { exitOf } from './exit.ts';
import type { FailOn } from './fail-on.ts';
import { failsOn } from './fail-on.ts';
import type { Judge } from './judge.ts';
import { Recurrence } from './recurrence.ts';

/** Why a run is stopped early: the `reason` of the signal that aborts it. */
export type StopReason = Extract<ExitReason, 'interrupted' | 'terminated' | 'hangup' | 'deadline'>;

export type Tell = (level: Level, code: string, text: string) => void;

/** What there is to say when every host has its outcome, before the run ends. */
export type LastWords = (outcomes: ReadonlyMap<HostId, Outcome>) => Iterable<Parameters<Tell>>;

export interface ScanPlan {
  readonly run: RunInfo;
  readonly hosts: readonly Host[];
  readonly source: Source;
  readonly judge: Judge;
  /** Hosts in contact at the same time. */
  readonly forks: number;
  /** Narrower bounds: at one site, through one jump host, with one credential. */
  readonly bounds?: Omit<Bounds, 'overall' | 'perJump'> & {
    /** The most through any jump host, whatever its own `channels` would allow. */
    readonly perJump?: number;
  };
  readonly failOn?: FailOn;
  /** Aborted with a `StopReason`: no host is started any more, those at work end as skipped. */
  readonly stop: AbortSignal;
  /** Writes a look down for good; resolves when it is on disk. Undefined when nothing is stored. */
  readonly keep?: (host: Host, look: Look) => Promise<EvidenceRef | undefined>;
  /** Handed the way to say something in the stream while the run goes on. */
  readonly onTell?: (tell: Tell) => void;
  /** Reasons that the surroundings of the run add to its exit code, asked at its end. */
  readonly reasons?: () => Iterable<ExitReason>;
  readonly lastWords?: LastWords;
  readonly now: () => Instant;
}

type Fresh<E> = E extends RunEvent ? Omit<E, 'seq' | 'at'> : never;

export function scan(plan: ScanPlan): AsyncIterable<RunEvent> {
  const queue = new EventQueue<RunEvent>();
  let seq = 0;
  const emit = (event: Fresh<RunEvent>): void => {
    seq += 1;
    queue.push({ ...event, seq, at: plan.now() });
  };
  void new Run(plan, emit, () => queue.room()).all().finally(() => queue.end());
  return queue;
}

class Run {
  readonly #plan: ScanPlan;
  readonly #emit: (event: Fresh<RunEvent>) => void;
  readonly #room: () => Promise<void>;
  readonly #outcomes = new Map<HostId, Outcome>();
  readonly #hosts: ReadonlyMap<HostId, Host>;
  readonly #recurrence: Recurrence;
  readonly #fleet = new FleetLedger();
  /** So many hosts were in when the fleet was last judged. */
  #judgedAt = 0;
  readonly #faults = new Set<ExitReason>();
  readonly #stopped = new Set<HostId>();

  constructor(plan: ScanPlan, emit: (event: Fresh<RunEvent>) => void, room: () => Promise<void>) {
    this.#plan = plan;
    this.#emit = emit;
    this.#room = room;
    this.#hosts = new Map(plan.hosts.map((host) => [host.id, host]));
    this.#recurrence = new Recurrence(plan.run.threshold, commonLabels(plan.hosts));
  }

  async all(): Promise<void> {
    const plan = this.#plan;
    this.#emit({
      type: 'run.started',
      run: plan.run,
      hosts: plan.hosts.map(({ id, labels }) => ({ id, labels })),
    });
    plan.onTell?.((level, code, text) => this.#notice(level, code, text));
    const { forks, stop } = plan;
    const bounds = boundsOf(plan);
    // Hosts behind a jump host that hangs must leave room for those that go another way.
    const perJump = new Map([...bounds.perJump].map(([jump, most]) => [jump, most * 2]));
    const lobby = new Admission({
      bounds: { overall: forks + LOBBY, perJump },
      stop,
      later,
      isRamped: false,
    });
    const slots = new Admission({ bounds, stop, later });
    const begun = infrastructureFirst(plan.hosts).map((host) => this.#inTurn(host, lobby, slots));
    await Promise.all(begun);
    await this.#review();
    this.#finish();
  }

  /** A fault here must not cost the results that are in. */
  async #review(): Promise<void> {
    try {
      for await (const [host, outcome] of this.#plan.judge.review()) this.#revise(host, outcome);
    } catch (error) {
      this.#fault('the comparison of hosts', error);
    }
  }

  async #inTurn(host: Host, lobby: Admission, slots: Admission): Promise<void> {
    const applicant = applicantOf(host);
    try {
      await lobby.run(applicant, () => this.#one(host, applicant, slots));
    } catch (error) {
      this.#done(host, { kind: 'skipped', reason: this.#whyNot(host, error) });
    }
  }

  async #one(host: Host, applicant: Applicant, slots: Admission): Promise<void> {
    const { source, stop } = this.#plan;
    try {
      const { look, stored } = await source.look(host, {
        signal: stop,
        slot: (work) =>
          slots.run(applicant, async () => {
            await this.#room();
            stop.throwIfAborted();
            return work();
          }),
        onStage: (stage, note) => this.#emit({ type: 'host.stage', host: host.id, stage, ...note }),
        onCommand: (command) => this.#emit({ type: 'host.command', host: host.id, command }),
        onNotice: (level, code, text) => this.#notice(level, code, text),
      });
      const evidence = (await this.#plan.keep?.(host, look)) ?? stored;
      const traits = look.kind === 'skipped' ? undefined : traitsOf(look, relaysOf(host));
      this.#done(host, this.#judged(host, look), evidence, traits);
    } catch (error) {
      this.#done(host, { kind: 'skipped', reason: this.#whyNot(host, error) });
    }
  }

  #judged(host: Host, look: Look): Outcome {
    return look.kind === 'skipped' ? look : this.#plan.judge.judge(host.id, look);
  }

  /** A stop is the user's wish; anything else that gets here is a fault of ours, told as such. */
  #whyNot(host: Host, error: unknown): string {
    const { stop } = this.#plan;
    if (stop.aborted) {
      this.#stopped.add(host.id);
      return stopWords(stop.reason);
    }
    return this.#fault(host.id, error);
  }

  /** A fault of this program, told as such; the run goes on. */
  #fault(where: string, error: unknown): string {
    this.#faults.add('internal');
    const message = error instanceof Error ? error.message : String(error);
    const text = masked(`internal error: ${message}`);
    this.#notice('error', 'internal', `${where}: ${text}; please report it`);
    return text;
  }

  #done(host: Host, outcome: Outcome, evidence?: EvidenceRef, traits?: Traits): void {
    this.#outcomes.set(host.id, outcome);
    this.#emit({ type: 'host.done', host: host.id, outcome, ...(evidence && { evidence }) });
    this.#count(host, outcome, traits);
    this.#judgeFleet();
  }

  #revise(id: HostId, outcome: Outcome): void {
    const host = this.#hosts.get(id);
    if (host === undefined) return;
    this.#outcomes.set(id, outcome);
    this.#emit({ type: 'host.revised', host: id, outcome });
    this.#count(host, outcome);
  }

  /** Again and again as hosts come in, each time a quarter more: a few dozen times, however many they are. */
  #judgeFleet(): void {
    const isDue = this.#outcomes.size >= this.#judgedAt * 1.25;
    if (!isDue || this.#recurrence.recurring().length === 0) return;
    this.#judgedAt = this.#outcomes.size;
    this.#emitFleet();
  }

  #emitFleet(): void {
    try {
      this.#emit({ type: 'fleet.judged', fleet: this.#fleet.verdict(this.#plan.run.threshold) });
    } catch (error) {
      this.#fault('the judgement of the fleet', error);
    }
  }

  #count(host: Host, outcome: Outcome, traits?: Traits): void {
    if (outcome.kind === 'skipped') return;
    this.#fleet.note(host.id, outcome, traits);
    const { cause, causes } = outcome.verdict;
    if (!this.#recurrence.note(host.id, host.labels, cause)) return;
    this.#emit({
      type: 'cause.recurring',
      cause,
      title: causes[0]?.title ?? cause,
      hosts: this.#recurrence.count(cause),
      common: this.#recurrence.common(cause),
    });
  }

  #notice(level: Level, code: string, text: string): void {
    this.#emit({ type: 'notice', level, code, text });
  }

  #finish(): void {
    const { stop, lastWords } = this.#plan;
    this.#emitFleet();
    for (const words of lastWords?.(this.#outcomes) ?? []) this.#notice(...words);
    const summary = summarise(this.#plan.hosts.length, this.#outcomes.values());
    const left = this.#stopped.size;
    const reason: unknown = stop.aborted ? stop.reason : undefined;
    const complete = left === 0 && reason === undefined;
    if (isStopReason(reason)) {
      this.#notice('warning', `run.${reason}`, `${stopWords(reason)}; ${missing(left)}`);
    }
    this.#emit({
      type: 'run.finished',
      complete,
      exit: exitOf(this.#reasons(summary, reason)),
      summary,
    });
  }

  *#reasons(summary: Summary, stopped: unknown): Generator<ExitReason> {
    yield* this.#faults;
    yield* this.#plan.reasons?.() ?? [];
    if (isStopReason(stopped)) yield stopped;
    const unsupported = [...this.#outcomes.values()].filter(isUnsupported).length;
    const reached = summary.judged + unsupported;
    const failed = summary.contact - unsupported;
    if (reached === 0 && summary.hosts > 0 && !isStopReason(stopped)) yield 'nobody-reached';
    if (reached < summary.hosts && (failed > 0 || !isStopReason(stopped))) yield 'unreachable';
    const recurring = new Set(this.#recurrence.recurring());
    if (this.#plan.failOn && failsOn(this.#plan.failOn, this.#outcomes.values(), recurring))
      yield 'findings';
  }
}

/**
 * So many more than are in contact have begun: their names are being looked up, they wait for their next try, or for a
 * slot. What a host costs in memory before it is done is theirs alone, however many there are.
 */
const LOBBY = 512;

const later: Later = (callback, ms) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};

function boundsOf({
  hosts,
  forks,
  bounds,
}: ScanPlan): Bounds & { readonly perJump: ReadonlyMap<string, number> } {
  const most = bounds?.perJump ?? Number.POSITIVE_INFINITY;
  const jumps = hosts.flatMap(({ reach }) => ('via' in reach ? reach.via : []));
  const perJump = new Map(jumps.map(({ name, channels }) => [name, Math.min(channels, most)]));
  return { ...bounds, perJump, overall: forks };
}

function applicantOf({ labels, reach }: Host): Applicant {
  const isReached = reach.kind === 'winrm' || reach.kind === 'ssh';
  return {
    site: labels['site'] ?? '',
    jumps: isReached ? reach.via.map(({ name }) => name) : [],
    credential: isReached ? reach.credential : undefined,
    isInfrastructure: isInfrastructure({ labels }),
  };
}

/** Jump hosts on the way; undefined for a look that was taken before, whose way nobody knows. */
function relaysOf({ reach }: Host): readonly string[] | undefined {
  if (reach.kind === 'unavailable') return undefined;
  return reach.kind === 'local' ? [] : reach.via.map(({ name }) => name);
}

function isInfrastructure({ labels }: Pick<Host, 'labels'>): boolean {
  return labels['role'] === 'infrastructure';
}

/** Their names are looked up first, so that they stand in line before the others. */
function infrastructureFirst(hosts: readonly Host[]): readonly Host[] {
  return hosts.toSorted((a, b) => Number(isInfrastructure(b)) - Number(isInfrastructure(a)));
}

const STOPS: ReadonlyMap<unknown, string> = new Map<StopReason, string>([
  ['interrupted', 'stopped by the user'],
  ['terminated', 'stopped by SIGTERM'],
  ['hangup', 'stopped: the terminal or the reader of the output went away'],
  ['deadline', 'stopped: the deadline of the run has passed'],
]);

function missing(hosts: number): string {
  if (hosts === 0) return 'every host has its result';
  return hosts === 1 ? '1 host has no result' : `${hosts} hosts have no result`;
}

function isStopReason(reason: unknown): reason is StopReason {
  return STOPS.has(reason);
}

function stopWords(reason: unknown): string {
  return STOPS.get(reason) ?? 'stopped';
}

const FAILING: ReadonlySet<Status> = new Set<Status>(['failing', 'scan-failing']);

/** Totals of a run. `judged + contact + skipped` is always `hosts` when the run has ended. */
export function summarise(hosts: number, outcomes: Iterable<Outcome>): Summary {
  const byStatus: Partial<Record<Status, number>> = {};
  const total = { hosts, judged: 0, contact: 0, skipped: 0, ok: 0, failing: 0, byStatus };
  for (const outcome of outcomes) {
    total[outcome.kind] += 1;
    const status = outcome.kind === 'skipped' ? 'skipped' : outcome.verdict.status;
    byStatus[status] = (byStatus[status] ?? 0) + 1;
    if (outcome.kind !== 'judged') continue;
    if (outcome.verdict.status === 'ok') total.ok += 1;
    if (FAILING.has(outcome.verdict.status)) total.failing += 1;
  }
  return total;
}
