import { ScoreBoardElement } from './score-board';

export * from '@scoreboard/client';

const script = document.currentScript;
// The folder above `client/`: the server may have a path.
if (script instanceof HTMLScriptElement && script.src) ScoreBoardElement.defaultServer = new URL('..', script.src).href.replace(/\/$/, '');
// A page may load the script twice.
if (!customElements.get('score-board')) customElements.define('score-board', ScoreBoardElement);
