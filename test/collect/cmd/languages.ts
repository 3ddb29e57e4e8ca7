/** The words that the tools of Windows print in four languages, and the code page they are printed in. */

export interface Language {
  readonly codePage: 437 | 850 | 932;
  readonly chcp: string;
  /** Labels of `sc queryex` in their order: name, type, state, exit code, own exit code, check point, wait hint, id, flags. */
  readonly status: readonly string[];
  /** Labels of `sc qc`: name, type, start type, error control. */
  readonly setup: readonly string[];
  readonly setupDone: string;
  readonly failed: (code: number) => string;
  readonly defaultValue: string;
  readonly notFound: string;
  /** Free bytes, all bytes, bytes of the quota. */
  readonly room: readonly [string, string, string];
  /** Between groups of three digits. */
  readonly separator: string;
}

const ENGLISH: Language = {
  codePage: 437,
  chcp: 'Active code page: 437',
  status: [
    'SERVICE_NAME',
    'TYPE',
    'STATE',
    'WIN32_EXIT_CODE',
    'SERVICE_EXIT_CODE',
    'CHECKPOINT',
    'WAIT_HINT',
    'PID',
    'FLAGS',
  ],
  setup: ['SERVICE_NAME', 'TYPE', 'START_TYPE', 'ERROR_CONTROL'],
  setupDone: 'SUCCESS',
  failed: (code) => `[SC] EnumQueryServicesStatus:OpenService FAILED ${code}:`,
  defaultValue: '(Default)',
  notFound: 'ERROR: The system was unable to find the specified registry key or value.',
  room: ['Total free bytes', 'Total bytes', 'Total quota free bytes'],
  separator: ',',
};

export const LANGUAGES: Readonly<Record<string, Language>> = {
  English: ENGLISH,
  Italian: {
    codePage: 850,
    chcp: 'Tabella codici attiva: 850',
    status: [
      'NOME_SERVIZIO',
      'TIPO',
      'STATO',
      'CODICE_USCITA_WIN32',
      'CODICE_USCITA_SERVIZIO',
      'PUNTO_CONTROLLO',
      'ATTESA',
      'PID',
      'FLAG',
    ],
    setup: ['NOME_SERVIZIO', 'TIPO', 'TIPO_AVVIO', 'CONTROLLO_ERRORE'],
    setupDone: 'OPERAZIONI RIUSCITE',
    failed: (code) => `[SC] EnumQueryServicesStatus:OpenService OPERAZIONI NON RIUSCITE ${code}:`,
    defaultValue: '(predefinito)',
    notFound:
      'ERRORE: impossibile trovare la chiave o il valore del Registro di sistema specificati.',
    room: ['Totale byte disponibili', 'Totale byte', 'Totale byte disponibili quota'],
    separator: '.',
  },
  German: {
    codePage: 850,
    chcp: 'Aktive Codepage: 850.',
    status: [
      'DIENSTNAME',
      'TYP',
      'STATUS',
      'WIN32-ENDECODE',
      'DIENST-ENDECODE',
      'PRÜFPUNKT',
      'WARTEHINWEIS',
      'PID',
      'FLAGS',
    ],
    setup: ['DIENSTNAME', 'TYP', 'STARTTYP', 'FEHLERSTEUERUNG'],
    setupDone: 'ERFOLG',
    failed: (code) => `[SC] EnumQueryServicesStatus:OpenService FEHLER ${code}:`,
    defaultValue: '(Standard)',
    notFound: 'FEHLER: Der angegebene Registrierungsschlüssel bzw. Wert wurde nicht gefunden.',
    room: ['Freie Bytes gesamt', 'Größe in Bytes', 'Freie Bytes des Kontingents'],
    separator: '.',
  },
  Japanese: {
    ...ENGLISH,
    codePage: 932,
    chcp: '現在のコード ページ: 932',
    defaultValue: '(既定)',
    notFound: 'エラー: 指定されたレジストリ キーまたは値が見つかりませんでした。',
    room: ['空きバイト総数', 'バイト総数', 'クォータの空きバイト総数'],
  },
};

/** Letters of 437 and 850 that the words above need, in the places that both pages share; and the no-break space. */
const WESTERN: Readonly<Record<string, number>> = {
  ä: 0x84,
  ö: 0x94,
  ü: 0x81,
  Ü: 0x9a,
  ß: 0xe1,
  à: 0x85,
  è: 0x8a,
  é: 0x82,
  '\u00A0': 0xff,
};

let japanese: ReadonlyMap<string, readonly number[]> | undefined;

/** Text as a console with that code page prints it. */
export function encoded(text: string, codePage: Language['codePage']): Buffer {
  const bytesOf = (char: string): readonly number[] => {
    if (char < '\u0080') return [char.codePointAt(0) ?? 0];
    if (codePage !== 932) return [WESTERN[char] ?? 0x3f];
    japanese ??= japaneseBytes();
    return japanese.get(char) ?? [0x3f];
  };
  return Buffer.from(Array.from(text).flatMap(bytesOf));
}

/** The decoder turned round: all pairs of bytes that are one letter. */
function japaneseBytes(): ReadonlyMap<string, readonly number[]> {
  const decoder = new TextDecoder('shift_jis');
  const found = new Map<string, readonly number[]>();
  for (let lead = 0x81; lead <= 0xfc; lead += 1)
    for (let trail = 0x40; trail <= 0xfc; trail += 1) {
      const text = decoder.decode(Uint8Array.of(lead, trail));
      if (text.length === 1 && text !== '\uFFFD' && !found.has(text))
        found.set(text, [lead, trail]);
    }
  return found;
}
