import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Champions } from './champions';

createRoot(document.getElementById('root')!).render(<StrictMode><Champions /></StrictMode>);
