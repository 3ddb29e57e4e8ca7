/** Hosts of an interrupted run: those it had finished are read back, only the others are asked. */
import type { HostId } from '../core/host.ts';
import type { Source } from './source.ts';

export interface ResumedParts {
  readonly finished: ReadonlySet<HostId>;
  readonly stored: Source;
  readonly rest: Source;
}

export function resumedSource({ finished, stored, rest }: ResumedParts): Source {
  return {
    look: (host, context) => (finished.has(host.id) ? stored : rest).look(host, context),
    ...(rest.close && { close: rest.close }),
  };
}
