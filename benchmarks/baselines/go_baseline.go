// The same work in Go: a goroutine for the server and one for each client, with a buffered channel
// each. Prints one line of JSON.
//
//	go_baseline fanout CLIENTS OPERATIONS | latency CLIENTS PER_SECOND COUNT | join CLIENTS SIZE
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	producers = 4
	buffer    = 1024
)

type operation struct {
	kind  uint32 // 0 push, 1 pop, 2 nothing
	value int64
}

type stack struct {
	items   []int64
	hash    uint32
	applied uint64
}

func (s *stack) reduce(op operation) {
	s.hash = s.hash*31 + uint32(op.value) + op.kind
	s.applied++
	if op.kind == 0 {
		s.items = append(s.items, op.value)
	} else if op.kind == 1 && len(s.items) > 0 {
		s.items = s.items[:len(s.items)-1]
	}
}

func (s *stack) digest() uint32 {
	result := s.hash
	for _, item := range s.items {
		result = result*31 + uint32(item)
	}
	return result ^ uint32(len(s.items))
}

// The operation at an index of a producer's stream: 49 % push, 49 % pop, 2 % nothing, by splitmix64.
func generate(producer, index uint64) operation {
	x := (producer<<40 | index) + 0x9E3779B97F4A7C15
	x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9
	x = (x ^ (x >> 27)) * 0x94D049BB133111EB
	x ^= x >> 31
	switch part := x % 100; {
	case part < 49:
		return operation{0, int64(x >> 33)}
	case part < 98:
		return operation{1, 0}
	}
	return operation{2, 0}
}

type member struct {
	operations chan operation
	items      []int64
}

type server struct {
	submit chan operation
	join   chan chan member
	digest chan chan uint32
	data   stack
}

func newServer(items []int64) *server {
	s := &server{
		submit: make(chan operation, buffer),
		join:   make(chan chan member),
		digest: make(chan chan uint32),
		data:   stack{items: items, hash: 1},
	}
	go s.run()
	return s
}

func (s *server) run() {
	var members []member
	for {
		select {
		case op := <-s.submit:
			s.data.reduce(op)
			for _, one := range members {
				one.operations <- op
			}
		case reply := <-s.join:
			one := member{make(chan operation, buffer), append([]int64(nil), s.data.items...)}
			members = append(members, one)
			reply <- one
		case reply := <-s.digest:
			reply <- s.data.digest()
		}
	}
}

func (s *server) joinOne() member {
	reply := make(chan member, 1)
	s.join <- reply
	return <-reply
}

func peakMiB() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "VmHWM") {
			kib, _ := strconv.ParseFloat(strings.Fields(line)[1], 64)
			return kib / 1024
		}
	}
	return 0
}

func fanout(clients, operations int) map[string]float64 {
	each := operations / producers
	total := uint64(each * producers)
	s := newServer(nil)
	digests := make([]uint32, clients)
	var finished sync.WaitGroup
	finished.Add(clients)
	for i := 0; i < clients; i++ {
		joined := s.joinOne()
		go func(i int) {
			data := stack{items: joined.items, hash: 1}
			for op := range joined.operations {
				data.reduce(op)
				if data.applied == total {
					digests[i] = data.digest()
					finished.Done()
				}
			}
		}(i)
	}
	begin := time.Now()
	for p := uint64(0); p < producers; p++ {
		go func(p uint64) {
			for i := 0; i < each; i++ {
				s.submit <- generate(p, uint64(i))
			}
		}(p)
	}
	finished.Wait()
	seconds := time.Since(begin).Seconds()
	reply := make(chan uint32)
	s.digest <- reply
	expected := <-reply
	for i, digest := range digests {
		if digest != expected {
			fail(fmt.Sprintf("copy %d differs from the server's", i))
		}
	}
	return map[string]float64{"deliveries/s": float64(total) * float64(clients) / seconds}
}

func latency(clients, perSecond, count int) map[string]float64 {
	s := newServer(nil)
	applied := make(chan time.Time, buffer)
	for i := 0; i < clients; i++ {
		joined := s.joinOne()
		go func(i int) {
			data := stack{items: joined.items, hash: 1}
			for op := range joined.operations {
				data.reduce(op)
				if i == 0 {
					applied <- time.Now()
				}
			}
		}(i)
	}
	micros := make([]float64, 0, count)
	next := time.Now()
	for i := 0; i < count; i++ {
		next = next.Add(time.Second / time.Duration(perSecond))
		time.Sleep(time.Until(next))
		begin := time.Now()
		s.submit <- generate(9, uint64(i))
		micros = append(micros, float64((<-applied).Sub(begin).Nanoseconds())/1e3)
	}
	micros = micros[count/10:]
	sort.Float64s(micros)
	at := func(part float64) float64 { return micros[int(part*float64(len(micros)-1))] }
	return map[string]float64{"us p50": at(0.5), "us p99": at(0.99)}
}

func join(clients, size int) map[string]float64 {
	items := make([]int64, size)
	for i := range items {
		items[i] = int64(i)
	}
	s := newServer(items)
	all := make([]member, clients)
	var joined sync.WaitGroup
	joined.Add(clients)
	begin := time.Now()
	for i := range all {
		go func(i int) {
			all[i] = s.joinOne()
			joined.Done()
		}(i)
	}
	joined.Wait()
	return map[string]float64{"seconds": time.Since(begin).Seconds()}
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, "go_baseline: "+why)
	os.Exit(1)
}

func main() {
	var numbers []int
	for _, argument := range os.Args[2:] {
		number, err := strconv.Atoi(argument)
		if err != nil {
			fail("expected a number: " + argument)
		}
		numbers = append(numbers, number)
	}
	var measured map[string]float64
	switch os.Args[1] {
	case "fanout":
		measured = fanout(numbers[0], numbers[1])
	case "latency":
		measured = latency(numbers[0], numbers[1], numbers[2])
	case "join":
		measured = join(numbers[0], numbers[1])
	default:
		fail("expected fanout, latency or join: " + os.Args[1])
	}
	measured["peak_mib"] = peakMiB()
	text, _ := json.Marshal(measured)
	fmt.Println(string(text))
}
