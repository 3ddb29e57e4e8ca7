import { wrap } from '../core/width.ts';
import type { Line } from './line.ts';
import type { Theme } from './theme.ts';

/** The stored document to read through: laid out where it is JSON, as it is where it is cut or broken. */
export function evidenceLines(text: string, width: number, theme: Theme): Line[] {
  return laidOut(text)
    .split('\n')
    .flatMap((line) => hung(theme.clean(line), width))
    .map((line): Line => [line]);
}

/** What does not fit goes on below, further in, so that the shape of the document stays. */
function hung(line: string, width: number): string[] {
  const depth = Math.min(line.length - line.trimStart().length, Math.floor(width / 2));
  return wrap(line.slice(depth), width - depth - 2).map(
    (part, index) => ' '.repeat(index === 0 ? depth : depth + 2) + part,
  );
}

function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
