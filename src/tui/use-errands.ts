import { useApp, useStdout } from 'ink';
import { useEffect, useEffectEvent, useRef } from 'react';
import type { HostState } from '../store/host-state.ts';
import type { RunStore } from '../store/run.ts';
import { copySequence, type Multiplexer } from './clipboard.ts';
import type { Outside } from './outside.ts';
import type { Errand, Said } from './spot.ts';
import { WRAP_OFF, WRAP_ON } from './use-no-wrap.ts';

export interface Errands {
  readonly errand: Errand | undefined;
  readonly store: RunStore;
  readonly outside: Outside;
  readonly inside: Multiplexer;
  /** All of what is shown, as text. */
  readonly text: () => string;
  readonly onSaid: (said: Said) => void;
}

/** Does, once each, what a key asked for beyond the screen, and says what came of it. */
export function useErrands(errands: Errands): void {
  const { stdout } = useStdout();
  const { suspendTerminal } = useApp();
  const { errand } = errands;

  const isAway = useRef(false);

  const away = async (work: () => Promise<void>): Promise<void> => {
    // Another program has the terminal already: it has given it back by itself.
    if (isAway.current) return work();
    isAway.current = true;
    await suspendTerminal(async () => {
      stdout.write(WRAP_ON);
      try {
        await work();
      } finally {
        stdout.write(WRAP_OFF);
        isAway.current = false;
      }
    });
  };
  const onErrand = useEffectEvent((wish: Errand) => {
    const { onSaid } = errands;
    done(wish, errands, (data) => stdout.write(data), away).then(
      (said) => said && onSaid(said),
      (error: unknown) => onSaid((words) => words.failed(reasonOf(error))),
    );
  });

  useEffect(() => {
    if (errand !== undefined) onErrand(errand);
  }, [errand]);
}

async function done(
  errand: Errand,
  { store, outside, inside, text }: Errands,
  write: (data: string) => void,
  away: (work: () => Promise<void>) => Promise<void>,
): Promise<Said | undefined> {
  switch (errand.do) {
    case 'copy': {
      const data = copySequence(errand.text, inside);
      if (data === undefined) return (words) => words.tooMuchToCopy;
      write(data);
      return (words) => words.copied(errand.text);
    }
    case 'save': {
      const hosts = errand.hosts.flatMap((id): HostState[] => {
        const host = store.host(id);
        return host === undefined ? [] : [host];
      });
      const file = await outside.save(errand.format, hosts);
      return (words) => words.saved(hosts.length, file);
    }
    case 'pause': {
      const { pause } = outside;
      if (pause === undefined) return (words) => words.noPause;
      await away(async () => pause());
      return undefined;
    }
    case 'view': {
      const shown = text();
      await away(() => outside.view(shown, errand.viewer));
      return undefined;
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
