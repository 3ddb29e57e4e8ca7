import { expect, test } from 'vitest';
import { languageOf } from '../../src/cli/language.ts';

test.each([
  [{}, 'en'],
  [{ LANG: 'it_IT.UTF-8' }, 'it'],
  [{ LANG: 'ja_JP.eucJP' }, 'ja'],
  [{ LANG: 'de_DE.UTF-8' }, 'en'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{ LANG: 'it' }, 'it'],
  [{ LANG: 'it_IT.UTF-8', LC_ALL: 'ja_JP.UTF-8' }, 'ja'],
  [{ LANG: 'it_IT.UTF-8', LC_ALL: 'C' }, 'en'],
  [{ LANG: 'it_IT.UTF-8', LC_ALL: '', LC_MESSAGES: 'ja_JP' }, 'ja'],
  [{ LANG: 'italian' }, 'en'],
])('%j reads %s', (env, language) => {
  expect(languageOf(env)).toBe(language);
});
