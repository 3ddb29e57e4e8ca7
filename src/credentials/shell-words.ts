/**
 * Splits a command line into words as a shell would: blanks part them, single and double quotes hold them together.
 * A backslash escapes a blank, a quote or a backslash; before anything else it stays, so that `C:\tools\get.exe`
 * needs no quotes. Nothing is expanded. `undefined` when a quote is not closed.
 */
export function shellWords(command: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < command.length; index += 1) {
    const char = command.charAt(index);
    const next = command.charAt(index + 1);
    if (char === '\\' && escapes(next, quote)) {
      word = (word ?? '') + next;
      index += 1;
    } else if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      word ??= '';
    } else if (quote !== '' && char === quote) {
      quote = '';
    } else if (quote === '' && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== '') return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

function escapes(next: string, quote: string): boolean {
  if (quote === "'") return false;
  return quote === '"' ? /["\\]/.test(next) : /[\s"'\\]/.test(next);
}
