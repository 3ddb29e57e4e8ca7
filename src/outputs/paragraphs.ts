/** Labelled texts that go on below their own beginning where the terminal is too narrow for them. */
import { printable } from '../core/printable.ts';
import { widthOf, wrap } from '../core/width.ts';

/** Narrower than this nothing is gained by an indent. */
const LEAST = 20;

/**
 * The text behind `head`, in lines of at most `columns`; one line in a pipe, where `columns` is undefined.
 * Lines after the first are indented by the width of `head`.
 */
export function hanging(head: string, text: string, columns: number | undefined): string[] {
  const indent = ' '.repeat(widthOf(head));
  if (columns === undefined) return [`${head}${printable(text)}`];
  const [first = '', ...rest] = wrap(printable(text), Math.max(LEAST, columns - indent.length));
  return [`${head}${first}`.trimEnd(), ...rest.map((line) => `${indent}${line}`)];
}
