/**
 * Who is asked next. Bounds the hosts in contact: overall, at one site, through one jump host, with one credential.
 * Infrastructure goes first, then the site with the fewest hosts in contact, so that a dead site holds up only itself;
 * within a site likewise what goes another way in, or with another credential.
 * Does no work of its own and knows no clock but the one it is handed.
 */

/** What of a host decides when its turn comes. */
export interface Applicant {
  /** Empty: no site is known; such hosts share a queue. */
  readonly site: string;
  /** Names of the jump hosts on the way. */
  readonly jumps: readonly string[];
  readonly credential: string | undefined;
  readonly isInfrastructure: boolean;
}

/** Most hosts in contact at the same time; what is absent is bounded by the whole alone. */
export interface Bounds {
  readonly overall: number;
  readonly perSite?: number;
  /** By the name of the jump host. */
  readonly perJump?: ReadonlyMap<string, number>;
  readonly perCredential?: number;
}

/** Calls back once after `ms`; returns how to call it off. */
export type Later = (callback: () => void, ms: number) => () => void;

export interface AdmissionParts {
  readonly bounds: Bounds;
  /** Aborted: nobody is admitted any more, whoever waits is sent away with its reason. */
  readonly stop: AbortSignal;
  readonly later: Later;
  /** From 0 up to 1. */
  readonly random?: () => number;
  /** False: the whole width is open at once. */
  readonly isRamped?: boolean;
}

/** So many at once at the very start, so that a fleet's log-ons do not reach one domain controller in one instant. */
const FIRST = 8;
/** Then the whole width is open after about this time, or sooner as contacts end. */
const RAMP_MS = 800;
const RAMP_STEPS = 40;

/** Hosts that differ in nothing that decides: whoever came first of them goes first. */
interface Lane {
  readonly applicant: Applicant;
  readonly site: Count;
  readonly own: Count;
  /** Everything that a host of this lane takes a place of. */
  readonly counts: readonly Count[];
  readonly waiting: Set<Waiter>;
}

interface Count {
  readonly limit: number;
  inContact: number;
  /** When a host of it was last let in: of two that are equal the one goes that has waited longer. */
  lastTurn: number;
}

interface Waiter {
  readonly admit: () => void;
  readonly refuse: (reason: unknown) => void;
}

export class Admission {
  readonly #parts: AdmissionParts;
  readonly #lanes = new Map<string, Lane>();
  readonly #counts = new Map<string, Count>();
  readonly #random: () => number;
  #width: number;
  #inContact = 0;
  #waiting = 0;
  #turns = 0;
  #callOff: (() => void) | undefined;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
    this.#random = parts.random ?? Math.random;
    const { overall } = parts.bounds;
    this.#width = parts.isRamped === false ? overall : Math.min(FIRST, overall);
    parts.stop.addEventListener('abort', () => this.#sendAway(), { once: true });
  }

  /** Runs the work when the applicant's turn has come. Rejects with the reason of `stop`, or as the work does. */
  async run<T>(applicant: Applicant, work: () => Promise<T>): Promise<T> {
    const { stop } = this.#parts;
    stop.throwIfAborted();
    const lane = this.#laneOf(applicant);
    await new Promise<void>((admit, refuse) => {
      lane.waiting.add({ admit, refuse });
      this.#waiting += 1;
      this.#letIn();
    });
    try {
      return await work();
    } finally {
      this.#inContact -= 1;
      for (const count of lane.counts) count.inContact -= 1;
      this.#widen(1);
      this.#letIn();
    }
  }

  #letIn(): void {
    while (this.#waiting > 0 && this.#inContact < this.#width) {
      const lane = this.#next();
      if (lane === undefined) return; // every one that waits is held by a bound of its own
      const [waiter] = lane.waiting;
      if (waiter === undefined) return;
      lane.waiting.delete(waiter);
      this.#waiting -= 1;
      this.#inContact += 1;
      this.#turns += 1;
      for (const count of lane.counts) {
        count.inContact += 1;
        count.lastTurn = this.#turns;
      }
      waiter.admit();
    }
    if (this.#waiting > 0) this.#ramp();
  }

  #next(): Lane | undefined {
    let best: Lane | undefined;
    for (const lane of this.#lanes.values()) {
      if (lane.waiting.size === 0 || lane.counts.some(isFull)) continue;
      if (best === undefined || goesBefore(lane, best)) best = lane;
    }
    return best;
  }

  #ramp(): void {
    const { bounds, later } = this.#parts;
    if (this.#width >= bounds.overall || this.#callOff !== undefined) return;
    const ms = (RAMP_MS / RAMP_STEPS) * (0.5 + this.#random());
    this.#callOff = later(() => {
      this.#callOff = undefined;
      this.#widen(Math.ceil((bounds.overall - FIRST) / RAMP_STEPS));
      this.#letIn();
    }, ms);
  }

  #widen(by: number): void {
    this.#width = Math.min(this.#parts.bounds.overall, this.#width + by);
  }

  #sendAway(): void {
    this.#callOff?.();
    for (const { waiting } of this.#lanes.values()) {
      for (const { refuse } of waiting) refuse(this.#parts.stop.reason);
      waiting.clear();
    }
    this.#waiting = 0;
  }

  #laneOf(applicant: Applicant): Lane {
    const { site, jumps, credential, isInfrastructure } = applicant;
    const key = JSON.stringify([site, credential ?? null, isInfrastructure, ...jumps]);
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const { perSite, perJump, perCredential } = this.#parts.bounds;
    const ofSite = this.#countOf(`site ${site}`, site === '' ? undefined : perSite);
    const own = this.#countOf(`lane ${key}`);
    const lane: Lane = {
      applicant,
      site: ofSite,
      own,
      counts: [
        own,
        ofSite,
        ...[...new Set(jumps)].map((jump) => this.#countOf(`jump ${jump}`, perJump?.get(jump))),
        ...(credential === undefined
          ? []
          : [this.#countOf(`credential ${credential}`, perCredential)]),
      ],
      waiting: new Set(),
    };
    this.#lanes.set(key, lane);
    return lane;
  }

  #countOf(name: string, limit: number = Number.POSITIVE_INFINITY): Count {
    const count = this.#counts.get(name) ?? { limit, inContact: 0, lastTurn: 0 };
    this.#counts.set(name, count);
    return count;
  }
}

function isFull({ inContact, limit }: Count): boolean {
  return inContact >= limit;
}

function goesBefore(a: Lane, b: Lane): boolean {
  if (a.applicant.isInfrastructure !== b.applicant.isInfrastructure)
    return a.applicant.isInfrastructure;
  return fewestFirst(a.site, b.site) ?? fewestFirst(a.own, b.own) ?? false;
}

/** Undefined when both are one and the same. */
function fewestFirst(a: Count, b: Count): boolean | undefined {
  if (a === b) return undefined;
  return a.inContact === b.inContact ? a.lastTurn < b.lastTurn : a.inContact < b.inContact;
}
