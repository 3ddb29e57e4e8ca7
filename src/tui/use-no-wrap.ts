import { useStdout } from 'ink';
import { useInsertionEffect } from 'react';

export const WRAP_OFF = '\u001b[?7l';
export const WRAP_ON = '\u001b[?7h';

/**
 * While the screen is drawn, a row that the terminal draws wider than we count is cut at the edge and cannot push
 * the others down. An insertion effect, because it comes before the first frame, and its end on every way out,
 * a signal or a crash included.
 */
export function useNoWrap(): void {
  const { stdout } = useStdout();

  useInsertionEffect(() => {
    stdout.write(WRAP_OFF);
    return () => {
      stdout.write(WRAP_ON);
    };
  }, [stdout]);
}
