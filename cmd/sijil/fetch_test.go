package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

// fetch is the program with which scripts ask a service: fetch URL ["Name:
// value" …] prints the status and the body.
func fetch() {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, os.Args[1], http.NoBody)
	if err == nil {
		for _, h := range os.Args[2:] {
			name, value, _ := strings.Cut(h, ": ")
			req.Header.Set(name, value)
		}
		var res *http.Response
		if res, err = http.DefaultClient.Do(req); err == nil {
			fmt.Printf("%d ", res.StatusCode)
			_, err = io.Copy(os.Stdout, res.Body)
			_ = res.Body.Close()
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
