import { tellHeight } from './embed-height';
import { showBoard } from './show-board';

const { count, accent } = document.documentElement.dataset;

// The Content-Security-Policy allows no inline styles in the markup. The server has validated the color.
if (accent) document.documentElement.style.setProperty('--accent', `#${accent}`);
showBoard(Number(count));
tellHeight();
