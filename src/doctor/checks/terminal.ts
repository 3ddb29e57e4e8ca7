import type { ConsoleFinding } from '../console-report.ts';

export interface TerminalFacts {
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  readonly isAscii: boolean;
  readonly hasColor: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const NARROWEST = 80;
const LOWEST = 24;

export function checkTerminal(facts: TerminalFacts): ConsoleFinding {
  const { isTerminal, columns, rows, isAscii, hasColor, env } = facts;
  const about = 'terminal';
  if (!isTerminal)
    return {
      about,
      verdict: 'info',
      text: 'output goes to a pipe or a file: text instead of a live screen',
    };
  const text = [
    `${columns ?? '?'}x${rows ?? '?'}`,
    env['TERM'] ?? 'TERM is not set',
    hasColor ? 'colours' : 'no colours',
    isAscii ? 'ASCII' : 'Unicode',
    ...(env['TMUX'] ? ['tmux'] : []),
    ...(env['SSH_CONNECTION'] ? ['over SSH'] : []),
  ].join(', ');
  if (env['TERM'] === 'dumb')
    return {
      about,
      verdict: 'warning',
      text,
      next: 'TERM=dumb cannot show the live screen: set TERM, or use --plain',
    };
  if ((columns ?? NARROWEST) < NARROWEST || (rows ?? LOWEST) < LOWEST)
    return {
      about,
      verdict: 'warning',
      text,
      next: `columns are left out below ${NARROWEST}x${LOWEST}`,
    };
  return { about, verdict: 'ok', text };
}
