/*
 * What a handler wants to happen next.
 *
 * Handlers change state and return these bits; they never draw.  Reloading, laying out and painting
 * are three functions of the owner, each called at most once however many keys came in.
 */
#ifndef CERTARY_TUI_REACTION_H
#define CERTARY_TUI_REACTION_H

enum reaction {
	REACT_NONE = 0,           /* done, and nothing on the screen changed */
	REACT_REPAINT = 1 << 0,   /* paint again */
	REACT_LAYOUT = 1 << 1,    /* areas change: lay out, then paint */
	REACT_RELOAD = 1 << 2,    /* records changed: load, lay out, paint */
	REACT_ACCEPT = 1 << 3,    /* the user has chosen: look at the widget's value */
	REACT_CLOSE = 1 << 4,     /* the widget is done with, nothing chosen */
	REACT_QUIT = 1 << 5,      /* leave the program */
	REACT_UNHANDLED = 1 << 6, /* the key means nothing here: try the next one */
	REACT_MOVED = 1 << 7,     /* a list moved, and nothing else: paint what differs */
};

#endif
