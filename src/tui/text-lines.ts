/** Text that comes laid out, line by line, cut to the screen. */
import { wrap } from '../core/width.ts';
import type { Line } from './line.ts';
import type { Theme } from './theme.ts';

export function textLines(text: string, width: number, theme: Theme): Line[] {
  return text
    .trimEnd()
    .split('\n')
    .flatMap((line) => hung(theme.clean(line), width))
    .map((line): Line => [line]);
}

/** What does not fit goes on below, further in, so that the shape of the text stays. */
function hung(line: string, width: number): string[] {
  const depth = Math.min(line.length - line.trimStart().length, Math.floor(width / 2));
  return wrap(line.slice(depth), width - depth - 2).map(
    (part, index) => ' '.repeat(index === 0 ? depth : depth + 2) + part,
  );
}
