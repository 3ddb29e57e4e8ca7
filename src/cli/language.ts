/** The language that texts are shown in. Codes, ids, commands and what hosts say stay as they are. */
import { LANGUAGES, type Language } from '../core/entry.ts';

/** By LC_ALL, LC_MESSAGES and LANG, the first that is set, as POSIX has it; English for any other language. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find(Boolean) ?? '';
  const [, word = ''] = /^([a-z]{2,3})(?:[_.@-]|$)/i.exec(locale) ?? [];
  return LANGUAGES.find((language) => language === word.toLowerCase()) ?? 'en';
}

export const LANG_FLAG = {
  choices: LANGUAGES,
  requiresArg: true,
  describe: 'language of the texts; that of LANG without it',
} as const;

export const NOTES_FLAG = {
  type: 'string',
  requiresArg: true,
  describe: "a team's own notes on causes; notes.yaml of the config folder without it",
} as const;
