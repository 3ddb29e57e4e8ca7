/** Counts, per cause, the hosts that have it first, and says when a cause becomes recurring. */
import { commonLabels, telling } from '../core/common-labels.ts';
import type { HostId, Labels } from '../core/host.ts';
import type { CauseId } from '../core/verdict.ts';
import { canRecur } from '../core/verdict.ts';

export class Recurrence {
  readonly #threshold: number;
  readonly #everybody: Labels;
  readonly #hosts = new Map<CauseId, Map<HostId, Labels>>();
  readonly #causeOf = new Map<HostId, CauseId>();
  readonly #told = new Set<CauseId>();

  /** @param everybody labels that all hosts of the run share; they explain nothing */
  constructor(threshold: number, everybody: Labels) {
    this.#threshold = threshold;
    this.#everybody = everybody;
  }

  /** Notes the cause that comes first on a host, in place of what was noted before. True when it has just become recurring. */
  note(host: HostId, labels: Labels, cause: CauseId): boolean {
    const before = this.#causeOf.get(host);
    if (before !== undefined) this.#hosts.get(before)?.delete(host);
    this.#causeOf.set(host, cause);
    const hosts = this.#hosts.get(cause) ?? new Map<HostId, Labels>();
    this.#hosts.set(cause, hosts.set(host, labels));
    if (!canRecur(cause) || hosts.size < this.#threshold || this.#told.has(cause)) return false;
    this.#told.add(cause);
    return true;
  }

  count(cause: CauseId): number {
    return this.#hosts.get(cause)?.size ?? 0;
  }

  /** Labels that all hosts of a cause share, and not the whole run. */
  common(cause: CauseId): Labels {
    const labels = [...(this.#hosts.get(cause)?.values() ?? [])];
    return telling(commonLabels(labels.map((each) => ({ labels: each }))), this.#everybody);
  }

  /** Causes recurring as things stand now. */
  recurring(): CauseId[] {
    return [...this.#hosts]
      .filter(([cause, hosts]) => canRecur(cause) && hosts.size >= this.#threshold)
      .map(([cause]) => cause);
  }
}
