import { useStdout } from 'ink';
import { useEffect, useRef } from 'react';

/** The terminal keeps the shell's title on a stack of its own. */
const SAVE = '\u001b[22;2t';
const RESTORE = '\u001b[23;2t';
const AT_MOST_EVERY_MS = 1000;

/** How far the run is, where windows and tabs are listed; once a second is enough there. Harmless words only. */
export function useTitle(title: string, isFinal: boolean, now: number): void {
  const { stdout } = useStdout();
  const shown = useRef({ title: '', at: 0 });

  useEffect(() => {
    stdout.write(SAVE);
    return () => {
      stdout.write(RESTORE);
    };
  }, [stdout]);

  useEffect(() => {
    const { current } = shown;
    const isEarly = now - current.at < AT_MOST_EVERY_MS && !isFinal;
    if (title === '' || title === current.title || isEarly) return;
    shown.current = { title, at: now };
    stdout.write(`\u001b]2;${title}\u0007`);
  }, [title, isFinal, now, stdout]);
}
