import { useEffect, useEffectEvent, useRef } from 'react';
import type { Outside } from './outside.ts';
import { type Settings, settingsOf } from './settings.ts';
import type { Said, Spot } from './spot.ts';

/** Has it remembered how things are looked at, whenever that has changed. */
export function useMemory(spot: Spot, outside: Outside, onSaid: (said: Said) => void): void {
  const text = JSON.stringify(settingsOf(spot));
  const known = useRef(text);

  const onChange = useEffectEvent((settings: Settings) => {
    outside.remember(settings).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      onSaid((words) => words.notRemembered(why));
    });
  });

  useEffect(() => {
    if (known.current === text) return;
    known.current = text;
    onChange(JSON.parse(text) as Settings);
  }, [text]);
}
