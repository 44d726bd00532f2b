import { tellHeight } from './embed-height';
import { showBoard } from './show-board';

const { count, accent } = document.documentElement.dataset;

// The Content-Security-Policy allows no style in the markup; the server has checked that this is a colour.
if (accent) document.documentElement.style.setProperty('--accent', `#${accent}`);
showBoard(Number(count));
tellHeight();
