/** A memory as tables over time are made from, in few words. */
import type { Memory, Progress, RememberedHost } from '../../src/history/memory.ts';
import type { PatchStatus } from '../../src/core/host-patch.ts';

export interface Row {
  readonly host: string;
  readonly kb: string;
  readonly status: PatchStatus;
  /** Day on which it was there. */
  readonly there?: string;
  readonly isTried?: boolean;
}

export interface Told {
  readonly runs: readonly string[];
  readonly hosts: readonly (Partial<RememberedHost> & { readonly name: string })[];
  /** By KB: title, family. */
  readonly patches: Readonly<
    Record<string, { readonly title: string; readonly family?: string; readonly severity?: string }>
  >;
  readonly rows: readonly Row[];
}

export function memoryOf({ runs, hosts, patches, rows }: Told): Memory {
  const times = runs.map((day) => Date.parse(day));
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const kbs = Object.keys(patches);
  return {
    runs: times.map((startedAt, at) => ({
      id: String(at),
      startedAt,
      isComplete: true,
      hosts: hosts.length,
    })),
    hosts: hosts.map((host) => ({
      labels: {},
      status: 'ok',
      cause: 'none',
      lastRun: '0',
      firstAt: first,
      lastAt: last,
      ...host,
    })),
    patches: Object.entries(patches).map(([kb, { title, family = 'cumulative', severity }]) => ({
      key: kb,
      kb,
      title,
      family,
      offer: severity === undefined ? {} : { severity },
      firstAt: first,
    })),
    progress: rows.map(({ host, kb, status, there, isTried = true }): Progress => ({
      host: hosts.findIndex(({ name }) => name === host),
      patch: kbs.indexOf(kb),
      lastStatus: status,
      thereAt: there === undefined ? undefined : Date.parse(there),
      isTried,
    })),
  };
}
